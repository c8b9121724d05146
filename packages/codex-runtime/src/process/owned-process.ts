import type { ChildProcess } from "node:child_process";
import { RedactedTail, Redactor } from "@ktx/redact";
import { settleWithin } from "./settle-within.ts";
import { AnnouncedRetries } from "./announced-retries.ts";
import { killOnExit } from "./kill-on-exit.ts";
import { endProcesses, endWindowsTree } from "./end-processes.ts";
import { type KnownProcess, readDescendants } from "./process-tree.ts";

/** How long each rung of the ladder waits for the process to be gone, in milliseconds. */
export interface EndingLadder {
  /** After the turn's end, before anything is asked of the process. */
  readonly leaveMs: number;
  /** After SIGTERM, before SIGKILL. */
  readonly terminateMs: number;
  /** After SIGKILL, before the process counts as surviving. */
  readonly killMs: number;
}

/** What a process is given that may have something to finish. */
export const endingLadder: EndingLadder = { leaveMs: 100, terminateMs: 2_000, killMs: 2_000 };

const stderrTailLimit = 4_096;

/**
 * A child process that somebody else spawned and that we answer for: its errors, stderr and end, and the
 * end of whatever it has started. Should the host exit first, it is killed on the way out.
 */
export class OwnedProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ladder: EndingLadder;
  readonly #gone = Promise.withResolvers<void>();
  #descendants: readonly KnownProcess[] = [];
  readonly #stderrTail: RedactedTail;
  #startError: Error | undefined;
  #ending: Promise<readonly number[]> | undefined;

  /**
   * @param redactor Takes secrets out of what the process writes to stderr.
   * @param onRetry Called where Codex says there how many milliseconds it waits before its next request.
   */
  constructor(
    child: ChildProcess,
    ladder: EndingLadder = endingLadder,
    redactor: Redactor = new Redactor([]),
    onRetry: (delayMs: number) => void = () => {},
  ) {
    const retries = new AnnouncedRetries(onRetry);
    this.#child = child;
    this.#ladder = ladder;
    this.#stderrTail = new RedactedTail(stderrTailLimit, redactor);
    // A child is announced before it is spawned; one tick later its pipes are there, and no error yet.
    process.nextTick(() => {
      this.watch();
      const release = killOnExit(child);
      void this.#gone.promise.then(release);
      child.stdin?.on("error", ignore);
      child.stderr?.on("data", (chunk: Buffer) => {
        this.#stderrTail.push(chunk);
        retries.push(chunk);
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

  /** The last 4,096 characters that the process wrote to stderr, without secrets. */
  get stderrTail(): string {
    return this.#stderrTail.text;
  }

  /** How the process ended; undefined while it runs, and where it could not be started. */
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
   * (Re)attaches to the process's end and errors. The SDK takes every listener off its child when its
   * stream ends; an error without a listener would then end the host.
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

  /** Once there is a process, what an error means is told by its exit and by stderr. */
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
