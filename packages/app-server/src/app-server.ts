import { setImmediate as nextRound } from "node:timers/promises";
import {
  parseServerMessage,
  type ServerMessage,
  type ServerRequest,
} from "@ktx/codex-events/app-server";
import { outputLimits } from "@ktx/codex-process";
import { fieldOf } from "./field-of.ts";
import { UnexpectedAnswerError } from "./unexpected-answer-error.ts";
import { PendingRequests } from "./pending-requests.ts";
import { type AppServerLaunch, type Hold, ServerProcess } from "./server-process.ts";
import type { ThreadInbox } from "./thread-inbox.ts";
import { type OnRequest, ThreadRoutes } from "./thread-routes.ts";

export interface AppServerOptions {
  /** Milliseconds that Codex may take for one answer. @default 30_000, since an answer takes milliseconds */
  readonly requestTimeoutMs?: number | undefined;
}

/** A thread that Codex has opened, with its unread messages. */
export interface OpenedThread {
  readonly id: string;
  readonly inbox: ThreadInbox;
  /** Codex's answer to the request that opened it. */
  readonly answer: unknown;
}

/**
 * A `codex app-server` process that speaks JSON-RPC on its standard streams and serves any number of threads. It does
 * not keep this process alive, except while it is held. When it ends, all requests and threads end.
 */
export class AppServer implements AsyncDisposable {
  readonly #process: ServerProcess;
  readonly #requestTimeoutMs: number;
  readonly #requests: PendingRequests;
  readonly #threads = new ThreadRoutes();
  /** The ids of the threads that are open here, or about to be. */
  readonly #claimed = new Set<string>();
  readonly #ended = Promise.withResolvers<Error>();
  #heard = false;
  #end: Error | undefined;

  constructor(launch: AppServerLaunch, { requestTimeoutMs = 30_000 }: AppServerOptions = {}) {
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#process = new ServerProcess(launch, (wait, turnId) =>
      this.#threads.takeWait(wait, turnId),
    );
    this.#requests = new PendingRequests(
      (message) => this.#process.send(message),
      () => this.stderrTail,
    );
    void this.#read();
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** The end of the process's standard error. */
  get stderrTail(): string {
    return this.#process.stderrTail;
  }

  /** The reason why it does not answer any more; undefined while it runs. */
  get end(): Error | undefined {
    return this.#end;
  }

  /** Resolves with the reason once the process has ended. */
  get whenEnded(): Promise<Error> {
    return this.#ended.promise;
  }

  /** Messages for threads that were not open. */
  get unroutable(): number {
    return this.#threads.unroutable;
  }

  /** Keeps this process alive until it is disposed. */
  hold(): Hold {
    return this.#process.hold();
  }

  /**
   * The answer to a request.
   *
   * @param timeoutMs Milliseconds that Codex may take. @default `requestTimeoutMs`
   * @throws {TurnEndedError} when Codex refuses it, or ends first; `UnansweredRequestError` when Codex does not
   * answer; the system's error when the process did not start; `ForeignProgramError` when the program is not Codex.
   */
  request(
    method: string,
    params: object,
    timeoutMs: number = this.#requestTimeoutMs,
  ): Promise<unknown> {
    return this.#requests.request(method, params, { timeoutMs });
  }

  /**
   * Sends a request that opens a thread. Its inbox gets every message of the thread, also those that come before
   * the answer.
   *
   * @param onRequest Answers the requests of Codex for the thread. Codex waits without a limit, so a request without
   * an answer is refused, and so is one whose answer fails.
   * @throws the errors of `request`; an error where the answer names no thread, or one that is open.
   */
  async openThread(
    method: string,
    params: object,
    { timeoutMs, onRequest }: { readonly timeoutMs: number; readonly onRequest: OnRequest },
  ): Promise<OpenedThread> {
    using _ = this.#threads.expect();
    let opened: Omit<OpenedThread, "answer"> | undefined;
    const onAnswer = (result: unknown): void => {
      const id = fieldOf(fieldOf(result, "thread"), "id");
      if (typeof id !== "string" || this.#threads.has(id)) return;
      this.#claimed.add(id);
      opened = { id, inbox: this.#threads.open(id, onRequest) };
    };
    const answer = await this.#requests.request(method, params, { timeoutMs, onAnswer });
    if (opened !== undefined) return { ...opened, answer };
    throw new UnexpectedAnswerError(method, "a thread", answer);
  }

  /** The announced waits of this turn reach the inbox from now on. */
  beginTurn(turnId: string, inbox: ThreadInbox): void {
    this.#threads.beginTurn(turnId, inbox);
  }

  /** Drops the messages of a thread from now on. */
  closeThread(threadId: string): void {
    this.#threads.close(threadId);
  }

  /** False for a thread that is open here already: a second opening would take its messages away. */
  claimThread(threadId: string): boolean {
    if (this.#claimed.has(threadId)) return false;
    this.#claimed.add(threadId);
    return true;
  }

  /** Lets the thread be opened again. */
  releaseThread(threadId: string): void {
    this.#claimed.delete(threadId);
  }

  notify(method: string): void {
    this.#process.send({ method });
  }

  /**
   * Ends the process and its descendants, and waits for their end. Idempotent. Returns the ids of processes that
   * survived every signal.
   */
  terminate(): Promise<readonly number[]> {
    return this.#process.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  async #read(): Promise<void> {
    const limit = outputLimits.lineBytes;
    for await (const line of this.#process.lines(limit)) {
      if (typeof line !== "string") {
        this.#threads.takeCut(line, limit);
        continue;
      }
      const message = parseServerMessage(line);
      if (message.type === "notification" && message.method === "error") await earlierOutput();
      this.#take(message, line.length);
    }
    this.#end = this.#process.describeEnd(this.#heard);
    this.#requests.end(this.#end);
    this.#threads.end(this.#end);
    this.#ended.resolve(this.#end);
  }

  #take(message: ServerMessage, size: number): void {
    switch (message.type) {
      case "notification":
        this.#threads.take(message, size);
        break;
      case "response":
      case "refusal":
        this.#requests.take(message);
        break;
      case "request":
        void this.#answer(message);
        break;
      case "unrecognized":
      case "malformed":
        return;
      default:
        message satisfies never;
    }
    this.#heard = true;
  }

  async #answer(request: ServerRequest): Promise<void> {
    const { id } = request;
    const route = this.#threads.find(request);
    try {
      const answer = route?.onRequest(request);
      if (route === undefined || answer === undefined) {
        this.#process.send({ id, error: nobodyAnswers });
        return;
      }
      const result = await pausing(route.inbox.hold, answer);
      // A thread whose reader is behind goes on more slowly.
      await route.inbox.whenDrained();
      this.#process.send({ id, result });
    } catch {
      // Nobody waits for this promise, and Codex would wait for the answer.
      this.#process.send({ id, error: answerFailed });
    }
  }
}

/** Codex logs the wait that a service asks for before it reports the error, on another pipe: two rounds read both. */
async function earlierOutput(): Promise<void> {
  await nextRound();
  await nextRound();
}

/** A thread that waits for an answer does not keep this process alive: the work on the answer does. */
async function pausing(hold: Hold | undefined, answer: Promise<unknown>): Promise<unknown> {
  using _ = hold?.pause();
  return await answer;
}

/** JSON-RPC's code for an internal error. */
const answerFailed = { code: -32_603, message: "The answer to this request failed." };

/** JSON-RPC's code for an unknown method. */
const nobodyAnswers = { code: -32_601, message: "Nobody answers questions of this thread." };
