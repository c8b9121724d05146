import type { ChildProcess } from "node:child_process";

/** How long each rung of the ladder waits for the process to be gone, in milliseconds. */
export interface EndingLadder {
  /** After the turn's end, before anything is asked of the process. */
  readonly leaveMs: number;
  /** After SIGTERM, before SIGKILL. */
  readonly terminateMs: number;
  /** After SIGKILL, before the process is reported as surviving. */
  readonly killMs: number;
}

const endingLadder: EndingLadder = { leaveMs: 100, terminateMs: 2_000, killMs: 2_000 };

const stderrTailLimit = 4_096;

/** A child process that somebody else spawned and that we answer for: its errors, stderr and end. */
export class OwnedProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ladder: EndingLadder;
  readonly #gone = Promise.withResolvers<void>();
  #stderrTail = "";
  #ending: Promise<void> | undefined;

  constructor(child: ChildProcess, ladder: EndingLadder = endingLadder) {
    this.#child = child;
    this.#ladder = ladder;
    // A child is announced before it is spawned; one tick later its pipes are there, and no error yet.
    process.nextTick(() => {
      this.watch();
      child.stdin?.on("error", ignore);
      child.stderr?.on("data", (chunk: Buffer) => {
        this.#stderrTail = (this.#stderrTail + chunk.toString("utf8")).slice(-stderrTailLimit);
      });
    });
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last 4,096 characters that the process wrote to stderr. */
  get stderrTail(): string {
    return this.#stderrTail;
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
    this.#child.off("error", ignore).on("error", ignore);
    this.#child.off("exit", this.#gone.resolve).once("exit", this.#gone.resolve);
    if (!this.running) this.#gone.resolve();
  }

  /** Ends the process now, by the ladder, and waits until it is gone. Idempotent. */
  terminate(): Promise<void> {
    this.#ending ??= this.#descend();
    return this.#ending;
  }

  /** Lets a process that has nothing left to do leave by itself, for `leaveMs`. */
  async leave(): Promise<void> {
    await this.#goneWithin(this.#ladder.leaveMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  async #descend(): Promise<void> {
    const rungs: readonly (readonly [NodeJS.Signals, number])[] = [
      ["SIGTERM", this.#ladder.terminateMs],
      ["SIGKILL", this.#ladder.killMs],
    ];
    for (const [signal, patienceMs] of rungs) {
      if (!this.running) return;
      this.#child.kill(signal);
      await this.#goneWithin(patienceMs);
    }
    if (this.running)
      process.emitWarning(`The Codex process ${this.pid} did not end after SIGKILL.`, {
        type: "KtxWarning",
        code: "KTX_PROCESS_SURVIVES",
      });
  }

  async #goneWithin(patienceMs: number): Promise<void> {
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, patienceMs);
    await Promise.race([this.#gone.promise, patience.promise]);
    clearTimeout(timer);
  }
}

function ignore(): void {
  // What the error means is told by the exit and by stderr.
}
