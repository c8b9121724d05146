import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import {
  adoptChildProcess,
  drainOutput,
  firstBytes,
  OwnedProcess,
  replaceOutput,
  TextTail,
} from "../src/index.ts";

/** A Node process whose standard output goes through a stream of ours. */
function start(program: string, create: () => PassThrough | ReturnType<typeof firstBytes>) {
  return adoptChildProcess(
    (child) => replaceOutput(child, "stdout", create),
    () => spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] }),
  );
}

test("whoever reads the output of a child gets what the stream before it passes on", async () => {
  let tooMany = 0;
  const child = start(`process.stdout.write("x".repeat(300_000))`, () =>
    firstBytes(100_000, () => (tooMany += 1)),
  );
  const read = await text(child.stdout);
  expect(read).toMatch(/^x*$/);
  expect(read.length).toBeLessThanOrEqual(100_000);
  expect(tooMany).toBe(1);
});

test("the output ends after the child, although what it has started holds the pipe", async () => {
  const holder = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: ["ignore", "inherit", "ignore"] })`;
  const child = start(
    `const other = ${holder}; console.log(other.pid); other.unref()`,
    () => new PassThrough(),
  );
  const read = await text(child.stdout);
  expect(child.exitCode).toBe(0);
  process.kill(Number(read), "SIGKILL");
});

test("an owned process keeps the end of its standard error, and passes each piece on", async () => {
  const child = spawn(process.execPath, ["-e", `console.error("é".repeat(3_000) + "the end")`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const pieces: Buffer[] = [];
  const owned = new OwnedProcess(child, { onStderr: (chunk) => void pieces.push(chunk) });
  await new Promise((resolve) => child.once("close", resolve));
  expect(owned.stderrTail).toBe(`${"é".repeat(3_000)}the end\n`.slice(-4_096));
  expect(Buffer.concat(pieces).toString("utf8")).toContain("éthe end");
  expect(owned.end).toEqual({ exitCode: 0 });
});

test("a tail is whole wherever the pieces of its text end", () => {
  const tail = new TextTail(5);
  for (const byte of Buffer.from("abc déf")) tail.push(Buffer.of(byte));
  expect(tail.text).toBe("c déf");
});

test("a drain ends although what the child has started holds its pipes", async () => {
  const holder = `require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: ["ignore", "inherit", "ignore"] })`;
  const child = spawn(
    process.execPath,
    ["-e", `const other = ${holder}; console.log(other.pid); other.unref()`],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  let read = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (read += chunk));
  await drainOutput(child, new Promise((resolve) => child.once("exit", resolve)));
  expect(child.stdout.destroyed).toBe(true);
  process.kill(Number(read), "SIGKILL");
});
