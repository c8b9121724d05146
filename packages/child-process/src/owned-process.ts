import type { ChildProcess } from "node:child_process";
import { settleWithin } from "@ktx/timers";
import { killOnExit } from "./kill-on-exit.ts";
import { endProcesses, endWindowsTree } from "./end-processes.ts";
import { type KnownProcess, readDescendants } from "./process-tree.ts";
import { type StderrTail, TextTail } from "./stderr-tail.ts";

/** Milliseconds that each step waits for the end of the process. */
export interface EndingLadder {
  /** After the process has no more work, before the first signal. */
  readonly leaveMs: number;
  /** After SIGTERM, before SIGKILL. */
  readonly terminateMs: number;
  /** After SIGKILL, before the process counts as surviving. */
  readonly killMs: number;
}

/** The times for a process that may have work to finish. */
export const endingLadder: EndingLadder = { leaveMs: 100, terminateMs: 2_000, killMs: 2_000 };

export interface OwnedProcessOptions {
  /** @default endingLadder */
  readonly ladder?: EndingLadder;
  /** Keeps the end of standard error, without secrets. @default the last 4,096 characters, unchanged */
  readonly tail?: StderrTail;
  /** Called with each piece of standard error. */
  readonly onStderr?: (chunk: Buffer) => void;
}

/**
 * The handle of a child process that other code spawned: its errors, its stderr, its end, and the end of its
 * descendants. If the host exits first, the child is killed.
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
    // A child is announced before it is spawned. One tick later, it has its pipes, and no error has been emitted.
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

  /** The error of a process that could not be started. */
  get startError(): Error | undefined {
    return this.#startError;
  }

  /** The end of the process's standard error. */
  get stderrTail(): string {
    return this.#tail.text;
  }

  /** The exit of the process; undefined while it runs, and if it could not be started. */
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
   * (Re)attaches the listeners for the end and the errors of the process. The code that spawned the child may remove
   * all listeners; an error without a listener would then end the host.
   */
  watch(): void {
    this.#child.off("error", this.#onError).on("error", this.#onError);
    this.#child.off("exit", this.#gone.resolve).once("exit", this.#gone.resolve);
    if (!this.running) this.#gone.resolve();
  }

  /**
   * Ends the process and its descendants now, by the ladder, and waits for their end. Idempotent. Returns the ids of
   * processes that survived every signal.
   */
  terminate(): Promise<readonly number[]> {
    this.#ending ??= this.#descend();
    return this.#ending;
  }

  /** Gives a process without further work `leaveMs` to exit by itself. */
  async leave(): Promise<void> {
    if (this.running) await this.#goneWithin(this.#ladder.leaveMs);
  }

  /** Remembers the descendants of the process: after its end, they cannot be found any more. */
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

  /** After the start of the process, its exit and stderr explain an error. */
  readonly #onError = (error: Error): void => {
    if (this.pid === undefined) this.#startError ??= error;
  };

  async #goneWithin(patienceMs: number): Promise<void> {
    await settleWithin(this.#gone.promise, patienceMs);
  }
}

function ignore(): void {
  // The process ended before it read everything; its exit gives the reason.
}
