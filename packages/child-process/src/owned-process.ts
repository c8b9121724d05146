import type { ChildProcess } from "node:child_process";
import { settleWithin } from "@ktx/timers";
import { killOnExit } from "./kill-on-exit.ts";
import { endProcesses, endWindowsTree } from "./end-processes.ts";
import { type KnownProcess, readDescendants } from "./process-tree.ts";
import { type StderrTail, TextTail } from "./stderr-tail.ts";

/** Milliseconds that each step waits for the process to be gone. */
export interface EndingLadder {
  /** Once it has nothing left to do, before anything is asked of the process. */
  readonly leaveMs: number;
  /** After SIGTERM, before SIGKILL. */
  readonly terminateMs: number;
  /** After SIGKILL, before the process counts as surviving. */
  readonly killMs: number;
}

/** The times of a process that may have work to finish. */
export const endingLadder: EndingLadder = { leaveMs: 100, terminateMs: 2_000, killMs: 2_000 };

export interface OwnedProcessOptions {
  /** @default endingLadder */
  readonly ladder?: EndingLadder;
  /** Keeps the end of standard error, and takes out of it what must not be shown. @default the last 4,096 characters */
  readonly tail?: StderrTail;
  /** Called with each piece of standard error. */
  readonly onStderr?: (chunk: Buffer) => void;
}

/**
 * A child process that somebody else spawned and that we answer for: its errors, stderr and end, and the
 * end of whatever it has started. Should the host exit first, it is killed on the way out.
 */
export class OwnedProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ladder: EndingLadder;
  readonly #gone = Promise.withResolvers<void>();
  #descendants: readonly KnownProcess[] = [];
  readonly #tail: StderrTail;
  #startError: Error | undefined;
  #ending: Promise<readonly number[]> | undefined;

  constructor(child: ChildProcess, options: OwnedProcessOptions = {}) {
    const { ladder = endingLadder, tail = new TextTail(), onStderr } = options;
    this.#child = child;
    this.#ladder = ladder;
    this.#tail = tail;
    // A child is announced before it is spawned; one tick later its pipes are there, and no error yet.
    process.nextTick(() => {
      this.watch();
      const release = killOnExit(child);
      void this.#gone.promise.then(release);
      child.stdin?.on("error", ignore);
      child.stderr?.on("data", (chunk: Buffer) => {
        tail.push(chunk);
        onStderr?.(chunk);
      });
    });
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why the process could not be started. */
  get startError(): Error | undefined {
    return this.#startError;
  }

  /** The end of what the process has written to standard error. */
  get stderrTail(): string {
    return this.#tail.text;
  }

  /** The end of the process; undefined while it runs, and where it could not be started. */
  get end(): { readonly exitCode?: number; readonly signal?: string } | undefined {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || this.running) return undefined;
    return {
      ...(exitCode !== null && { exitCode }),
      ...(signalCode !== null && { signal: signalCode }),
    };
  }

  get running(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /**
   * (Re)attaches to the process's end and errors. Whoever spawned the child may take every
   * listener off it; an error without a listener would then end the host.
   */
  watch(): void {
    this.#child.off("error", this.#onError).on("error", this.#onError);
    this.#child.off("exit", this.#gone.resolve).once("exit", this.#gone.resolve);
    if (!this.running) this.#gone.resolve();
  }

  /**
   * Ends the process now, by the ladder, with what it has started, and waits until all are gone.
   * Idempotent. Gives the ids of those that outlived every signal.
   */
  terminate(): Promise<readonly number[]> {
    this.#ending ??= this.#descend();
    return this.#ending;
  }

  /** Lets a process that has nothing left to do leave by itself, for `leaveMs`. */
  async leave(): Promise<void> {
    if (this.running) await this.#goneWithin(this.#ladder.leaveMs);
  }

  /** Remembers what the process has started: once it has left, nobody could tell any more. */
  async noteDescendants(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined && this.running) this.#descendants = await readDescendants(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  async #descend(): Promise<readonly number[]> {
    const { terminateMs, killMs } = this.#ladder;
    const noted = this.noteDescendants();
    if (process.platform === "win32" && this.pid !== undefined && this.running)
      await endWindowsTree(this.pid);
    for (const [signal, patienceMs] of [
      ["SIGTERM", terminateMs],
      ["SIGKILL", killMs],
    ] as const) {
      if (!this.running) break;
      this.#child.kill(signal);
      await this.#goneWithin(patienceMs);
    }
    await noted;
    return [
      ...(this.running && this.pid !== undefined ? [this.pid] : []),
      ...(await endProcesses(this.#descendants, this.#ladder)),
    ];
  }

  /** Once there is a process, its exit and stderr explain an error. */
  readonly #onError = (error: Error): void => {
    if (this.pid === undefined) this.#startError ??= error;
  };

  async #goneWithin(patienceMs: number): Promise<void> {
    await settleWithin(this.#gone.promise, patienceMs);
  }
}

function ignore(): void {
  // The process ended before it read everything: its exit tells why.
}
