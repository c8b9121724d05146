import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
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
  };
}

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
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
