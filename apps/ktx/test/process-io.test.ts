import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { Interruption } from "../src/cli-io.ts";
import { onEndingSignal } from "../src/ending-signals.ts";
import { openProcessIo } from "../src/process-io.ts";

function fakeProcess() {
  const process = Object.assign(new EventEmitter(), {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    cwd: () => "/project",
  });
  return {
    process: process as unknown as NodeJS.Process,
    emit: (name: string) => process.emit(name),
    streams: process,
  };
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGQUIT", 131],
  ["SIGUSR2", 140],
  ["SIGALRM", 142],
  ["SIGXCPU", 152],
])(
  "the first %s aborts with exit code %i, the second ends the program with it",
  (name, exitCode) => {
    const { process, emit } = fakeProcess();
    const exits: number[] = [];
    const { signal } = openProcessIo(process, {
      exit: (code) => exits.push(code),
      onSignal: (hear) => onEndingSignal(process, hear),
    });

    emit(name);
    expect(signal.reason).toEqual(new Interruption(name, exitCode));
    expect(exits).toEqual([]);

    emit(name);
    expect(exits).toEqual([exitCode]);
  },
);

test("a reader that leaves early does not end the program", () => {
  const { process } = fakeProcess();
  const { stdout } = openProcessIo(process, { exit: () => {}, onSignal: () => {} });
  expect(() => stdout.emit("error", new Error("write EPIPE"))).not.toThrow();
});

describe("a terminal that closes", () => {
  const closed = Object.assign(new Error("write EIO"), { code: "EIO" });

  function openTerminalIo() {
    const { process, emit, streams } = fakeProcess();
    for (const stream of [streams.stdin, streams.stdout, streams.stderr])
      Object.assign(stream, { isTTY: true });
    const exits: number[] = [];
    const io = openProcessIo(process, {
      exit: (code) => exits.push(code),
      onSignal: (hear) => onEndingSignal(process, hear),
    });
    return { io, emit, exits };
  }

  test.each<[string, readonly string[]]>([
    ["SIGHUP alone", ["SIGHUP"]],
    ["SIGHUP twice", ["SIGHUP", "SIGHUP"]],
    ["an output that fails, then SIGHUP", ["stderr", "SIGHUP"]],
    ["SIGHUP, then an output that fails", ["SIGHUP", "stdout"]],
    ["an input that fails, then SIGHUP", ["stdin", "SIGHUP"]],
    ["SIGHUP, then an input that fails", ["SIGHUP", "stdin"]],
    ["all of its streams", ["stdin", "stdout", "stderr"]],
  ])("is one end by SIGHUP: %s", async (_, events) => {
    const { io, emit, exits } = openTerminalIo();
    const streams = new Map<string, EventEmitter>([
      ["stdin", io.stdin],
      ["stdout", io.stdout],
      ["stderr", io.stderr],
    ]);
    for (const event of events) {
      const stream = streams.get(event);
      if (stream === undefined) emit(event);
      else stream.emit("error", closed);
    }
    expect(io.signal.reason).toEqual(new Interruption("SIGHUP", 129));
    expect(exits).toEqual([]);
    expect(io.isTerminalGone()).toBe(events.some((event) => streams.has(event)));
  });

  test("is noticed at the end of its input, which Ctrl-D ends, too", () => {
    for (const isGone of [true, false]) {
      const { io } = openTerminalIo();
      const { stderr } = io;
      const refresh = () => isGone && stderr.emit("error", closed);
      Object.assign(stderr, { _refreshSize: refresh });
      io.stdin.emit("end");
      expect(io.signal.aborted).toBe(isGone);
      expect(io.isTerminalGone()).toBe(isGone);
    }
  });

  test("after Ctrl-C lets the command put away", () => {
    const { io, emit, exits } = openTerminalIo();
    emit("SIGINT");
    io.stderr.emit("error", closed);
    emit("SIGHUP");
    expect(io.signal.reason).toEqual(new Interruption("SIGINT", 130));
    expect(exits).toEqual([]);
  });

  test("is no pipe, file or disk that fails", () => {
    const { process } = fakeProcess();
    const io = openProcessIo(process, { exit: () => {}, onSignal: () => {} });
    io.stdout.emit("error", closed);
    expect(io.signal.aborted).toBe(false);
    expect(io.isTerminalGone()).toBe(false);
  });
});
