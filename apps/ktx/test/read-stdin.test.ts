import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { readStdin } from "../src/read-stdin.ts";
import { captureIo } from "./capture-io.ts";

afterEach(() => {
  vi.useRealTimers();
});

const notice = "Reading the prompt from stdin. Ctrl-D ends it.\n";

test("a stdin on which nothing comes is explained, and its later text is the prompt", async () => {
  vi.useFakeTimers();
  const io = captureIo();
  const stdin = new PassThrough();
  const reading = readStdin({ ...io, stdin });
  await vi.advanceTimersByTimeAsync(1_900);
  expect(io.written.stderr).toBe("");
  await vi.advanceTimersByTimeAsync(200);
  expect(io.written.stderr).toBe(notice);
  stdin.end("Hi");
  expect(await reading).toBe("Hi");
});

test("a slow text is not explained once its beginning is there", async () => {
  vi.useFakeTimers();
  const io = captureIo();
  const stdin = new PassThrough();
  const reading = readStdin({ ...io, stdin });
  stdin.write("Hi ");
  await vi.advanceTimersByTimeAsync(60_000);
  stdin.end("there");
  expect(await reading).toBe("Hi there");
  expect(io.written.stderr).toBe("");
});

test("in a terminal the wait is explained at once", async () => {
  const io = captureIo();
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const reading = readStdin({ ...io, stdin });
  expect(io.written.stderr).toBe(notice);
  stdin.end("Hi");
  expect(await reading).toBe("Hi");
});

test("an interrupted wait rejects with the reason", async () => {
  const io = captureIo();
  const reading = readStdin({ ...io, stdin: new PassThrough() });
  io.interrupt(new Error("Stop."));
  await expect(reading).rejects.toThrow("Stop.");
});
