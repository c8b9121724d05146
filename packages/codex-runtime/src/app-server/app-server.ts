import { type ChildProcess, spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import {
  type MessageId,
  parseServerMessage,
  type ServerMessage,
  type ServerNotification,
} from "@ktx/codex-events/app-server";
import { startTimer } from "../clock/start-timer.ts";
import type { CodexLaunch } from "../codex-launcher.ts";
import { ForeignProgramError } from "../process/foreign-program-error.ts";
import { drainMs } from "../process/mend-output.ts";
import { OutputLimitError, outputLimits } from "../process/output-limit-error.ts";
import { endingLadder, OwnedProcess } from "../process/owned-process.ts";
import { settleWithin } from "../turn/settle-within.ts";
import { configArguments } from "./config-arguments.ts";
import { readLines } from "./read-lines.ts";
import { makeRecordWellFormed } from "../values/make-well-formed.ts";
import { RefusedRequestError } from "./refused-request-error.ts";
import { UnansweredRequestError } from "./unanswered-request-error.ts";

/** An answer takes milliseconds; this is for a machine that is very busy. */
const defaultRequestTimeoutMs = 30_000;

export interface AppServerOptions {
  /** Configuration beside that of the launch. */
  readonly settings?: CodexLaunch["config"];
  /** Milliseconds that Codex may take for one answer. @default 30_000 */
  readonly requestTimeoutMs?: number | undefined;
  /** Called where Codex says how many milliseconds it waits before it asks the service again. */
  readonly onRetry?: (delayMs: number) => void;
}

/**
 * After SIGTERM an app-server is gone at once, unless a look-up of a name still goes on in it: without a
 * network it waits for that, 5 s measured (0.163.0).
 */
const ladder = { ...endingLadder, terminateMs: 500 };

/**
 * A `codex app-server` process that talks JSON-RPC on its standard streams: requests of ours with their
 * answers, and notifications in the order in which they came. When the process ends, both end.
 *
 * What Codex asks of us is refused at once, since it would wait for an answer without limit: in a run
 * nobody is there to approve or to choose.
 */
export class AppServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #process: OwnedProcess;
  readonly #codexPath: string;
  readonly #requestTimeoutMs: number;
  readonly #asked = new Map<MessageId, AskedRequest>();
  readonly #inbox = new PassThrough({ objectMode: true });
  readonly #notifications: AsyncIterator<ServerNotification> = this.#inbox[Symbol.asyncIterator]();
  readonly #gone = Promise.withResolvers<void>();
  #requestCount = 0;
  #heard = false;
  #startError: Error | undefined;
  /** Why nothing more is to come. */
  #end: Error | undefined;

  constructor(
    launch: CodexLaunch,
    { settings = {}, requestTimeoutMs, onRetry }: AppServerOptions = {},
  ) {
    this.#requestTimeoutMs = requestTimeoutMs ?? defaultRequestTimeoutMs;
    const config = configArguments({ ...launch.config, ...settings });
    this.#codexPath = launch.codexPath;
    this.#child = spawn(launch.codexPath, ["app-server", ...config], {
      cwd: launch.workingDirectory,
      // Without it the log on standard error is in colours.
      env: { ...launch.env, NO_COLOR: "1" },
    });
    this.#process = new OwnedProcess(this.#child, ladder, launch.redactor, onRetry);
    this.#child.once("exit", this.#gone.resolve).once("error", (error) => {
      this.#startError = error;
      this.#gone.resolve();
    });
    void this.#read();
  }

  /** The end of what the process has written to standard error. */
  get stderrTail(): string {
    return this.#process.stderrTail;
  }

  /**
   * The answer to a request.
   *
   * @param timeoutMs How long Codex may take. @default `requestTimeoutMs`
   * @throws {RefusedRequestError} where Codex refuses it; `UnansweredRequestError` where it does not answer;
   * what `next` throws where the process ends first.
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
   * The next notification.
   *
   * @throws what tells how the process ended, when nothing more is to come.
   */
  async next(): Promise<ServerNotification> {
    const step = await this.#notifications.next();
    if (step.done !== true) return step.value;
    throw this.#end ?? new Error("Expected one reader of the notifications.");
  }

  /**
   * Ends the process, with what it has started, and waits until all are gone. Idempotent. Gives the ids
   * of those that outlived every signal.
   */
  terminate(): Promise<readonly number[]> {
    return this.#process.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  /** The one way in: whatever is said is well-formed. */
  #send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify(makeRecordWellFormed(message))}\n`);
  }

  /** Takes everything that the process says, until it says no more. */
  async #read(): Promise<void> {
    const { stdout } = this.#child;
    const drained = this.#drain();
    let tooMuch: OutputLimitError | undefined;
    try {
      for await (const line of readLines(stdout?.setEncoding("utf8") ?? [], outputLimits.lineBytes))
        this.#take(parseServerMessage(line));
    } catch (error) {
      // Where the pipe broke, how the process ended says why.
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

  /** Waits for the end of the process and, for a while, for what it has written before. */
  async #drain(): Promise<void> {
    // Without a process there may be no pipes either, whatever the type of a child says.
    const pipes = [this.#child.stdout, this.#child.stderr].flatMap((pipe) => pipe ?? []);
    await this.#gone.promise;
    await settleWithin(Promise.all(pipes.map((pipe) => finished(pipe))), drainMs);
    // Somebody else may hold the other end of a pipe, and never close it.
    for (const pipe of pipes) pipe.destroy();
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
        asked?.answer.reject(new RefusedRequestError(asked.method, message.error));
        break;
      }
      case "request":
        this.#send({ id: message.id, error: nobodyIsThere });
        break;
      case "unrecognized":
      case "malformed":
        return;
      default:
        message satisfies never;
    }
    this.#heard = true;
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
    const how = signalCode === null ? `code ${exitCode}` : `signal ${signalCode}`;
    const advice = hasNoAppServer.test(this.stderrTail) ? `\n${otherTransport}` : "";
    return new Error(`Codex app-server exited with ${how}: ${this.stderrTail}${advice}`);
  }
}

interface AskedRequest {
  readonly method: string;
  readonly answer: PromiseWithResolvers<unknown>;
}

const hasNoAppServer = /^error: unrecognized subcommand 'app-server'/m;
const otherTransport =
  "This Codex has no app-server: use the one that @openai/codex-sdk brings, or `transport: 'exec'`.";

/** JSON-RPC's code for a method that is not there. */
const nobodyIsThere = { code: -32_601, message: "In a run of ktx nobody is there to answer." };
