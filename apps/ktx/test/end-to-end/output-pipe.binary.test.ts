import { execFileSync } from "node:child_process";
import { constants, type FileHandle, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, startCodexSim } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { openAnswerFile } from "../../src/output/answer-file.ts";
import { recordingOf } from "../../src/replay/recording-of.ts";
import { captureIo } from "../capture-io.ts";
import { openSandbox, runKtx, spawnKtx } from "../spawn-ktx.ts";

const recording = join(import.meta.dirname, "../../../../examples/record-and-replay/refund.jsonl");

async function openPipe() {
  const folder = await makeTestFolder("output-pipe");
  const path = join(folder.path, "pipe");
  execFileSync("mkfifo", [path]);
  return Object.assign(folder, {
    /** A reader that has opened it, and that reads nothing. */
    openReader: () => open(path, constants.O_RDONLY | constants.O_NONBLOCK),
    readAll: async () => {
      await using reader = await open(path, "r");
      return await reader.readFile("utf8");
    },
  });
}

/** Settles once the writer has the pipe open and its first bytes are there. */
async function takeStart(reader: FileHandle): Promise<void> {
  await expect
    .poll(() => reader.read(Buffer.alloc(10), 0, 10).catch(() => undefined))
    .toMatchObject({ bytesRead: 10 });
}

// Windows has no pipe with a path.
describe.runIf(process.platform !== "win32")("an answer for a pipe", () => {
  test("waits for its reader, who gets all of it, and says so", async () => {
    await using pipe = await openPipe();
    const { signal } = new AbortController();
    const waiting = Promise.withResolvers<void>();
    const io = { cwd: pipe.path, signal };
    const file = await openAnswerFile("pipe", io, { onWait: waiting.resolve });
    // More than a pipe holds.
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`);
    const written = file.write(lines);
    await waiting.promise;
    expect(await pipe.readAll()).toBe(lines.join(""));
    await written;
  });

  test.each([
    ["without a reader", false],
    ["whose reader stops", true],
  ])("%s is given up with the reason of the signal", async (_, hasReader) => {
    await using pipe = await openPipe();
    await using reader = hasReader ? await pipe.openReader() : undefined;
    const interrupt = new AbortController();
    const io = { cwd: pipe.path, signal: interrupt.signal };
    const file = await openAnswerFile("pipe", io);
    const written = file.write("x".repeat(1_000_000));
    if (reader !== undefined) await takeStart(reader);
    const reason = new Error("Interrupted.");
    interrupt.abort(reason);
    await expect(written).rejects.toBe(reason);
  });

  test("of an interrupted command arrives where somebody reads it", async () => {
    await using pipe = await openPipe();
    await using reader = await pipe.openReader();
    const io = { cwd: pipe.path, signal: AbortSignal.abort(new Error("Interrupted.")) };
    await (await openAnswerFile("pipe", io)).write("the rest");
    expect((await reader.read(Buffer.alloc(100), 0, 100)).bytesRead).toBe("the rest".length);
  });

  test("whose reader leaves fails with the error of the system", async () => {
    await using pipe = await openPipe();
    const reader = await pipe.openReader();
    const { signal } = new AbortController();
    const file = await openAnswerFile("pipe", { cwd: pipe.path, signal });
    const failed = file.write("x".repeat(1_000_000)).catch(String);
    await takeStart(reader);
    await reader.close();
    expect(await failed).toContain("EPIPE");
  });
});

test.runIf(process.platform !== "win32")(
  "a recording for a pipe without a reader is given up with the reason of the signal",
  async () => {
    await using pipe = await openPipe();
    const interrupt = new AbortController();
    const io = { ...captureIo({ cwd: pipe.path, env: {} }), signal: interrupt.signal };
    const opened = recordingOf("pipe", { projectDir: pipe.path }, io);
    const reason = new Error("Interrupted.");
    interrupt.abort(reason);
    await expect(opened).rejects.toBe(reason);
  },
);

describe.runIf(process.platform !== "win32")("ktx whose output is a pipe without a reader", () => {
  const model = ["--model", "some-model", "--endpoint"];

  test.each<[string, (url: string) => readonly string[], NodeJS.Signals, number]>([
    ["run -o", (url) => ["run", "Hi", "-o", "pipe", ...model, url], "SIGINT", 130],
    ["run --record", (url) => ["run", "Hi", "--record", "pipe", ...model, url], "SIGTERM", 143],
    ["batch --out", (url) => ["batch", "p.jsonl", "--out", "pipe", ...model, url], "SIGHUP", 129],
    ["report --out", () => ["report", recording, "--out", "pipe"], "SIGTERM", 143],
  ])("waits for one, and a signal ends it: %s", async (_, argsFor, signal, exitCode) => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    execFileSync("mkfifo", [join(sandbox.project, "pipe")]);
    await writeFile(join(sandbox.project, "p.jsonl"), '"Hi"\n');
    const ktx = spawnKtx(sandbox, argsFor(sim.baseUrl));
    await ktx.seen("has no reader yet");
    ktx.child.kill(signal);
    expect((await ktx.result).exitCode).toBe(exitCode);
    expect(await sandbox.listProcesses()).toEqual([]);
  });

  test("refuses it as the store of a batch", async () => {
    await using sandbox = await openSandbox();
    execFileSync("mkfifo", [join(sandbox.project, "pipe")]);
    await writeFile(join(sandbox.project, "p.jsonl"), '"Hi"\n');
    const args = ["batch", "p.jsonl", "--store", "pipe", ...model, "http://127.0.0.1:9"];
    const { exitCode, stderr } = await runKtx(sandbox, args);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("it is a pipe");
    expect(exitCode).not.toBe(0);
  });
});

test.runIf(process.platform !== "win32")(
  "the readers of a shell's `>(…)` get the answer and the recording",
  async () => {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: answering(() => "The answer.") });
    const args = ["run", "Hi", "--model", "some-model", "--endpoint", sim.baseUrl];
    const shell = '"$@" -o >(cat >&2) --record >(tail -n 1 >&2); code=$?; wait; exit $code';
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args, { shell });
    expect(stderr).toContain("The answer.\n");
    expect(stderr).toContain('"type":"turn-end"');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  },
);
