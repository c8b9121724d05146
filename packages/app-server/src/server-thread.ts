import { chmod } from "node:fs/promises";
import { startTimer } from "@ktx/timers";
import type { AppServer, OpenedThread } from "./app-server.ts";
import { fieldOf } from "./field-of.ts";
import type { ThreadMessage } from "./thread-inbox.ts";
import { UnexpectedAnswerError } from "./unexpected-answer-error.ts";

/** The parameters of a turn. */
export interface TurnRequest {
  /** Texts and images, as `turn/start` takes them (0.163.0). */
  readonly input: readonly object[];
  /** A JSON Schema in the service's strict subset. */
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined;
  /** The machines of this turn and those after it; none where it is empty. @default those of the thread */
  readonly environments?: readonly object[] | undefined;
}

/** Milliseconds within which an interrupted turn must end: 104 at most, measured on 0.163.0. */
const stopTimeoutMs = 3_000;

/** Milliseconds in which Codex must let go of a thread: 0.3, measured on 0.163.0. */
const leaveTimeoutMs = 1_000;

/**
 * An open thread of an app-server, which takes one turn at a time. A stopped turn is interrupted, and the thread takes
 * the next one; where it does not stop, the thread is closed and its process is stuck.
 */
export class ServerThread implements AsyncDisposable {
  readonly id: string;
  /** The file of a thread on disk, as Codex names it. */
  readonly path: string | undefined;
  readonly #server: AppServer;
  readonly #inbox: OpenedThread["inbox"];
  #isRunning = false;
  #isOpen = true;
  #isStuck = false;

  constructor(server: AppServer, { id, inbox, answer }: OpenedThread) {
    const path = fieldOf(fieldOf(answer, "thread"), "path");
    this.id = id;
    this.path = typeof path === "string" ? path : undefined;
    this.#server = server;
    this.#inbox = inbox;
  }

  /** True while it takes a turn. */
  get isOpen(): boolean {
    return this.#isOpen && !this.#inbox.ended;
  }

  /** True once a turn did not stop in time: the process should serve no further thread. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /**
   * Starts a turn and reads its messages up to its end.
   *
   * @param onStart Receives the id of the turn, before its first message.
   * @param signal Interrupts the turn, whose last messages still follow.
   * @throws the errors of `AppServer.request`; that of the inbox, when the process ends first; the signal's reason,
   * where it fired before.
   */
  async *run(
    request: TurnRequest,
    onStart: (turnId: string) => void,
    signal: AbortSignal,
  ): AsyncGenerator<ThreadMessage, void> {
    // A second `turn/start` would steer the running turn instead of starting one (0.163.0).
    if (this.#isRunning) throw new Error("Expected a thread without a running turn.");
    signal.throwIfAborted();
    this.#isRunning = true;
    using hold = this.#server.hold();
    this.#inbox.hold = hold;
    try {
      const turnId = await this.#start(request, signal);
      onStart(turnId);
      yield* this.#read(turnId, signal);
    } finally {
      this.#inbox.hold = undefined;
      this.#isRunning = false;
    }
  }

  /** Lets only this user read the file of a thread on disk: Codex creates it for all, in a folder of this user alone. */
  async protectFile(): Promise<void> {
    if (this.path !== undefined) await chmod(this.path, 0o600).catch(ignore);
  }

  /** Leaves the thread; the process then drops it. A turn that still runs ends with an error. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#server.closeThread(this.id);
    this.#inbox.end(new Error("The thread was left while it took a turn."));
    if (this.#server.end === undefined) await this.#unsubscribe();
    this.#server.releaseThread(this.id);
  }

  /** A process that is stuck will not answer. */
  async #unsubscribe(): Promise<void> {
    const left = this.#server.request("thread/unsubscribe", { threadId: this.id }, leaveTimeoutMs);
    const settled = left.catch(ignore);
    if (!this.#isStuck) await settled;
  }

  /** A turn without an id cannot be interrupted: the signal bounds the wait for it. */
  async #start(params: TurnRequest, signal: AbortSignal): Promise<string> {
    const late = Promise.withResolvers<never>();
    let stop: Disposable | undefined;
    const onAbort = (): void => {
      stop = startTimer(() => late.reject(this.#giveUp()), stopTimeoutMs);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const asked = this.#server.request("turn/start", { threadId: this.id, ...params });
      const answer = await Promise.race([asked, late.promise]);
      const turnId = fieldOf(fieldOf(answer, "turn"), "id");
      if (typeof turnId !== "string")
        throw new UnexpectedAnswerError("turn/start", "a turn", answer);
      if (!this.#inbox.ended) this.#server.beginTurn(turnId, this.#inbox);
      return turnId;
    } finally {
      signal.removeEventListener("abort", onAbort);
      stop?.[Symbol.dispose]();
    }
  }

  async *#read(turnId: string, signal: AbortSignal): AsyncGenerator<ThreadMessage, void> {
    let stop: Disposable | undefined;
    let hasEnded = false;
    const onAbort = (): void => {
      stop ??= this.#interrupt(turnId);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      while (!hasEnded) {
        const message = await this.#inbox.next();
        hasEnded = endsTurn(message, turnId);
        yield message;
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      if (!hasEnded && !this.#inbox.ended) {
        onAbort();
        await this.#readToEnd(turnId);
      }
      stop?.[Symbol.dispose]();
    }
  }

  /** Ends the inbox, and with it the thread, where the turn does not end within the bound. */
  #interrupt(turnId: string): Disposable {
    const ids = { threadId: this.id, turnId };
    this.#server
      .request("turn/interrupt", ids)
      // A command that the model had started goes on without its turn.
      .then(() => this.#server.request("thread/backgroundTerminals/clean", { threadId: this.id }))
      .catch(ignore);
    return startTimer(() => this.#giveUp(), stopTimeoutMs);
  }

  #giveUp(): Error {
    const error = new Error(`Codex did not stop a turn within ${stopTimeoutMs / 1_000} s.`);
    this.#isStuck = true;
    this.#inbox.end(error);
    return error;
  }

  async #readToEnd(turnId: string): Promise<void> {
    try {
      while (!endsTurn(await this.#inbox.next(), turnId));
    } catch {
      // The thread has ended with its inbox.
    }
  }
}

function endsTurn(message: ThreadMessage, turnId: string): boolean {
  return (
    message.type === "notification" &&
    message.method === "turn/completed" &&
    fieldOf(fieldOf(message.params, "turn"), "id") === turnId
  );
}

function ignore(): void {
  // The end of the turn, or of the process, follows on the inbox.
}
