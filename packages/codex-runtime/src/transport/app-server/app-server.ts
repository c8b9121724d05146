import { type ChildProcess, spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import {
  type MessageId,
  parseServerMessage,
  type ServerMessage,
  type ServerNotification,
  type ServerRequest,
} from "@ktx/codex-events/app-server";
import { ForeignProgramError, MissingAppServerError } from "../../process/foreign-program-error.ts";
import { OutputLimitError, outputLimits } from "../../process/output-limit-error.ts";
import { ownCodex } from "../../process/own-codex.ts";
import { drainOutput, endingLadder, type OwnedProcess } from "@ktx/child-process";
import { startTimer } from "@ktx/timers";
import type { CodexLaunch } from "../codex-launcher.ts";
import type { TurnSignal } from "../transport.ts";
import { configArguments } from "@ktx/codex-home";
import { readLines } from "./read-lines.ts";
import { UnansweredRequestError } from "./unanswered-request-error.ts";
import { makeRecordWellFormed } from "../../values/make-well-formed.ts";
import { TurnEndedError } from "../turn-ended-error.ts";

/** An answer takes milliseconds; this limit is for a very busy machine. */
const defaultRequestTimeoutMs = 30_000;

/**
 * An app-server ends at once after SIGTERM, unless it is resolving a name: without a network it waits for that,
 * 5 s measured (0.163.0).
 */
const ladder = { ...endingLadder, terminateMs: 500 };

/** Codex waits before its next request, without a notification. */
export type RetryNotice = Extract<TurnSignal, { readonly type: "retry" }>;

export interface AppServerOptions {
  /** Process settings beside those of the launch. */
  readonly settings?: CodexLaunch["config"];
  /** Milliseconds that Codex may take for one answer. @default 30_000 */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Answers a request of Codex; undefined for a request without an answer. Codex waits for an answer without a
   * limit, so those are refused at once.
   */
  readonly onRequest?: (request: ServerRequest) => Promise<unknown> | undefined;
}

/**
 * A `codex app-server` process that speaks JSON-RPC on its standard streams: our requests with their answers, and
 * notifications in their order of arrival. When the process ends, both end.
 */
export class AppServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #process: OwnedProcess;
  readonly #codexPath: string;
  readonly #requestTimeoutMs: number;
  readonly #onRequest: NonNullable<AppServerOptions["onRequest"]>;
  readonly #asked = new Map<MessageId, AskedRequest>();
  readonly #inbox = new PassThrough({ objectMode: true });
  readonly #notifications: AsyncIterator<ServerNotification | RetryNotice> =
    this.#inbox[Symbol.asyncIterator]();
  readonly #gone = Promise.withResolvers<void>();
  #requestCount = 0;
  #heard = false;
  #startError: Error | undefined;
  /** The reason why no further message follows. */
  #end: Error | undefined;

  constructor(
    launch: CodexLaunch,
    { settings, onRequest, requestTimeoutMs }: AppServerOptions = {},
  ) {
    const config = configArguments({ ...launch.config, ...settings });
    this.#codexPath = launch.codexPath;
    this.#requestTimeoutMs = requestTimeoutMs ?? defaultRequestTimeoutMs;
    this.#onRequest = onRequest ?? (() => undefined);
    this.#child = spawn(launch.codexPath, ["app-server", ...config], {
      cwd: launch.workingDirectory,
      // Otherwise the log on standard error is in colours.
      env: { ...launch.env, NO_COLOR: "1" },
    });
    this.#process = ownCodex(this.#child, {
      ladder,
      redactor: launch.redactor,
      onRetry: (delayMs) => {
        if (this.#end === undefined)
          this.#inbox.write({ type: "retry", delayMs } satisfies RetryNotice);
      },
    });
    this.#child.once("exit", this.#gone.resolve).once("error", (error) => {
      this.#startError = error;
      this.#gone.resolve();
    });
    void this.#read();
  }

  /** The end of the process's standard error. */
  get stderrTail(): string {
    return this.#process.stderrTail;
  }

  /**
   * The answer to a request.
   *
   * @param timeoutMs Milliseconds that Codex may take. @default `requestTimeoutMs`
   * @throws {TurnEndedError} when Codex refuses it; `UnansweredRequestError` when Codex does not answer; the error
   * of `next` when the process ends first.
   */
  async request(
    method: string,
    params: object,
    timeoutMs: number = this.#requestTimeoutMs,
  ): Promise<unknown> {
    if (this.#end !== undefined) throw this.#end;
    this.#requestCount += 1;
    const id = this.#requestCount;
    const answer = Promise.withResolvers<unknown>();
    this.#asked.set(id, { method, answer });
    using _ = startTimer(() => {
      this.#asked.delete(id);
      answer.reject(new UnansweredRequestError(method, timeoutMs));
    }, timeoutMs);
    this.#send({ id, method, params });
    return await answer.promise;
  }

  notify(method: string): void {
    this.#send({ method });
  }

  /**
   * The next notification, or a wait that standard error announced between two of them.
   *
   * @throws {TurnEndedError} with the end of the process, when nothing more follows; the system's error when it did
   * not start; `ForeignProgramError` when the program is not Codex.
   */
  async next(): Promise<ServerNotification | RetryNotice> {
    const step = await this.#notifications.next();
    if (step.done !== true) return step.value;
    throw this.#end ?? new Error("Expected one reader of the notifications.");
  }

  /**
   * Ends the process, with every process that it started, and waits until all are gone. Idempotent. Returns the
   * ids of those that outlived every signal.
   */
  terminate(): Promise<readonly number[]> {
    return this.#process.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  /** The only way in: every message is well-formed Unicode. */
  #send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify(makeRecordWellFormed(message))}\n`);
  }

  /** Reads all output of the process, until it ends. */
  async #read(): Promise<void> {
    const { stdout } = this.#child;
    const drained = drainOutput(this.#child, this.#gone.promise);
    let tooMuch: OutputLimitError | undefined;
    try {
      for await (const line of readLines(stdout?.setEncoding("utf8") ?? [], outputLimits.lineBytes))
        this.#take(parseServerMessage(line));
    } catch (error) {
      // When the pipe broke, the end of the process gives the reason.
      if (error instanceof OutputLimitError) {
        tooMuch = error;
        await this.terminate();
      }
    }
    await drained;
    this.#end = tooMuch ?? this.#describeEnd();
    for (const { answer } of this.#asked.values()) answer.reject(this.#end);
    this.#asked.clear();
    this.#inbox.end();
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case "notification":
        this.#inbox.write(message);
        break;
      case "response":
        this.#answered(message.id)?.answer.resolve(message.result);
        break;
      case "refusal": {
        const asked = this.#answered(message.id);
        if (asked === undefined) break;
        const refusal = { method: asked.method, ...message.error };
        const exit = { refusal, stderrTail: this.stderrTail };
        asked.answer.reject(new TurnEndedError(`Codex refused ${asked.method}.`, exit));
        break;
      }
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
    const answer = this.#onRequest(request);
    this.#send(answer === undefined ? { id, error: nobodyAnswers } : { id, result: await answer });
  }

  #answered(id: MessageId): AskedRequest | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    return asked;
  }

  #describeEnd(): Error {
    if (this.#startError !== undefined) return this.#startError;
    const { exitCode, signalCode } = this.#child;
    if (!this.#heard && exitCode === 0) return new ForeignProgramError(this.#codexPath);
    if (hasNoAppServer.test(this.stderrTail)) return new MissingAppServerError(this.#codexPath);
    return new TurnEndedError("The app-server of Codex has ended.", {
      ...(exitCode !== null && { exitCode }),
      ...(signalCode !== null && { signal: signalCode }),
      stderrTail: this.stderrTail,
    });
  }
}

/** The standard error of a Codex without that command. */
const hasNoAppServer = /^error: unrecognized subcommand 'app-server'/m;

interface AskedRequest {
  readonly method: string;
  readonly answer: PromiseWithResolvers<unknown>;
}

/** JSON-RPC's code for an unknown method. */
const nobodyAnswers = { code: -32_601, message: "A run of ktx does not answer questions." };
