import { expect, test } from "vitest";
import { diffLines } from "../../src/render/diff-lines.ts";
import { reportError } from "../../src/report-error.ts";
import { Interruption } from "../../src/cli-io.ts";
import { captureIo } from "../capture-io.ts";

test("each row of a line that is too wide has its mark; a log has the line as it is", () => {
  const terminal = Object.assign(captureIo({ isTTY: true }).stderr, { columns: 20 });
  const line = "command = ktx mcp --project-dir sample";
  expect(diffLines(["a", line], "+ ", terminal)).toEqual([
    "+ a",
    "+ command = ktx mcp",
    "+ --project-dir",
    "+ sample",
  ]);
  expect(diffLines([line], "+ ", captureIo().stderr)).toEqual([`+ ${line}`]);
});

test("the last line of an interrupted command fits into a narrow terminal", () => {
  const io = captureIo({ isTTY: true });
  Object.assign(io.stderr, { columns: 24 });
  reportError(new Interruption("SIGINT", 130), io, { verbose: false });
  expect(io.written.stderr).toBe("Interrupted. Nothing is\nleft running.\n");
});
