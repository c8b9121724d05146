import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { extname, join } from "node:path";
import { pasteMarksOff } from "../terminal/paste-marks.ts";
import { type EndingSignal, endingSignals, onEndingSignal } from "../ending-signals.ts";
import type { ProcessIo } from "../process-io.ts";
import {
  blockedPastLimit,
  describeForcedInterruption,
  describeSlowModule,
  endedTooEarly,
} from "./describe-end.ts";
import { printText } from "../terminal/print.ts";
import { parseSupervisedMessage, type SupervisorMessage } from "./message.ts";
import {
  beatMs,
  hear,
  judge,
  look,
  slowModule,
  startWatch,
  takeSignal,
  type Verdict,
} from "./watch-state.ts";

/** In a clone a TypeScript file, installed a JavaScript one. */
const program: string = join(
  import.meta.dirname,
  "../supervised",
  `bin${extname(import.meta.filename)}`,
);

/** Milliseconds that the process may take to leave once it has reported its end. */
const leaveMs = 2_000;

/**
 * Runs a command whose process holds code of the user, in a process of its own. Such code may block the event
 * loop, end the process, or write to stdout. So this process keeps stdout, the signals and the time limit, and
 * its own event loop stays free; the other process writes only to stderr.
 *
 * @returns the exit code. @throws {CliError} for a run that had to be ended, or whose process ended too early.
 */
export async function supervise(
  args: readonly string[],
  io: ProcessIo,
  process: NodeJS.Process,
): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    // Output to its file descriptor 1 appears on our stderr.
    stdio: ["inherit", 2, "inherit", "ipc"],
  });
  let state = startWatch(io.now());
  const done = Promise.withResolvers<number>();
  const verdict = Promise.withResolvers<Verdict>();
  const named = new Set<string>();
  const watchOnce = (): void => {
    state = look(state, io.now());
    const slow = slowModule(state, io.now());
    if (slow !== undefined && !named.has(slow)) printText(io.stderr, describeSlowModule(slow));
    if (slow !== undefined) named.add(slow);
    const found = judge(state, io.now());
    if (found !== undefined) verdict.resolve(found);
  };
  child.on("message", (value) => {
    const message = parseSupervisedMessage(value);
    if (message === undefined) return;
    state = hear(state, message, io.now());
    if (message.type === "stdout") io.stdout.write(message.text);
    if (message.type === "done") done.resolve(message.exitCode);
  });
  const take = (signal: EndingSignal): void => {
    state = takeSignal(state, signal, io.now());
    send(child, { type: "signal", signal });
  };
  onEndingSignal(process, take);
  // The process hears its signals; the streams of the io find that the terminal is closed.
  io.signal.addEventListener("abort", () => {
    if (io.isTerminalGone()) take("SIGHUP");
  });
  const { isTTY = false, columns = null } = io.stdout;
  send(child, { type: "start", isTTY, columns });
  const onResize = (): void => send(child, { type: "size", columns: io.stdout.columns ?? 80 });
  io.stdout.on("resize", onResize);
  const watch = setInterval(watchOnce, beatMs);
  try {
    const end = await Promise.race([
      done.promise.then((exitCode) => ({ type: "done" as const, exitCode })),
      verdict.promise.then((found) => ({ type: "verdict" as const, found })),
      endOf(child).then((ended) => ({ type: "gone" as const, ended })),
    ]);
    if (end.type === "done") {
      await leaveWithin(child, leaveMs);
      return end.exitCode;
    }
    if (end.type === "gone") {
      const last = state.signals.at(-1);
      // The second signal ends it at once, without a message.
      if (last !== undefined) return endingSignals[last.signal];
      throw endedTooEarly({ ...end.ended, running: state.running });
    }
    await kill(child);
    // Node itself restores the mode of the terminal, as this process found it.
    if (io.stderr.isTTY === true)
      io.stderr.write(`${pasteMarksOff}\u001b[?2026l\u001b[?7h\r\u001b[J`);
    if (end.found.reason === "limit") throw blockedPastLimit(end.found.limitMs, state.running);
    printText(io.stderr, describeForcedInterruption(state.running));
    return endingSignals[end.found.signal];
  } finally {
    clearInterval(watch);
    io.stdout.off("resize", onResize);
  }
}

function send(child: ChildProcess, message: SupervisorMessage): void {
  // It may have just ended; its exit then decides.
  if (child.connected) child.send(message, () => {});
}

interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Settles when the process has ended and all its messages have arrived. */
async function endOf(child: ChildProcess): Promise<ChildEnd> {
  const disconnected = new Promise<void>((resolve) => child.once("disconnect", resolve));
  const ended = await new Promise<ChildEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  if (child.connected) await disconnected;
  return ended;
}

async function leaveWithin(child: ChildProcess, patienceMs: number): Promise<void> {
  if (isGone(child)) return;
  const signal = AbortSignal.timeout(patienceMs);
  await once(child, "exit", { signal }).catch(() => kill(child));
}

function isGone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Ends the process and every process that it started, Codex above all. */
async function kill({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  const { killProcessTree } = await import("@ktx/codex-runtime");
  await killProcessTree(pid);
}
