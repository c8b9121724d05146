import { defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { approveWrites } from "../../src/approve/approve-writes.ts";
import { createOutputGate } from "../../src/approve/output-gate.ts";
import { parseApproval } from "../../src/approve/parse-approval.ts";
import { captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";

test.each([
  ["y", { type: "once" }],
  [" YES ", { type: "once" }],
  ["a", { type: "always" }],
  ["", { type: "no" }],
  ["n", { type: "no" }],
  ["yy", { type: "no", reason: "yy" }],
  ["only the red one", { type: "no", reason: "only the red one" }],
])("%j is the answer %j", (entered, approval) => {
  expect(parseApproval(entered)).toEqual(approval);
});

test("each tool is asked about but one that is marked as read-only", async () => {
  const tool = (name: string, readOnlyHint?: boolean) =>
    defineTool({
      name,
      description: name,
      inputSchema: z.object({}),
      ...(readOnlyHint !== undefined && { annotations: { readOnlyHint } }),
      execute: () => "",
    });
  const toolSet = { a: tool("reads", true), b: tool("writes", false), c: tool("silent") };
  const asked: string[] = [];
  const allowed: string[] = [];
  const approve = approveWrites(
    toolSet,
    ({ name }) => {
      asked.push(name);
      return name === "silent" ? { allow: true } : { allow: false, reason: "No." };
    },
    { onCallAllowed: (name) => allowed.push(name) },
  );
  for (const name of ["reads", "writes", "silent", "unknown"])
    await approve({ callId: 1, name, arguments: {}, signal: new AbortController().signal });
  expect(asked).toEqual(["writes", "silent", "unknown"]);
  // The time of its tool begins now.
  expect(allowed).toEqual(["silent"]);
});

test.each<[string, readonly string[], string]>([
  ["the present line goes", ["head\n", "\r\u001b[J  …  thinking"], "head\nQuestion? y\nafter\n"],
  ["the answer's line stays", ["\r\u001b[J", "Once upon"], "Once upon\nQuestion? y\nafter\n"],
  ["an empty line is used", ["\r\u001b[Jdone\n"], "done\nQuestion? y\nafter\n"],
])("while an output is held, %s, and later texts wait", (_, before, screen) => {
  const io = captureIo({ isTTY: true });
  const gate = createOutputGate(io.stderr);
  for (const text of before) gate.output.write(text);
  gate.hold();
  io.stderr.write("Question? ");
  gate.output.write("after\n");
  io.stderr.write("y\n");
  gate.release();
  expect(screenOf(io.written.stderr)).toBe(screen);
});

test("the gate has the width of its terminal, and hears of a change", () => {
  const io = captureIo({ isTTY: true });
  const { output } = createOutputGate(io.stderr);
  let heard = 0;
  output.on("resize", () => (heard += 1));
  Object.assign(io.stderr, { columns: 42 });
  io.stderr.emit("resize");
  expect({ columns: output.columns, isTTY: output.isTTY, heard }).toEqual({
    columns: 42,
    isTTY: true,
    heard: 1,
  });
});
