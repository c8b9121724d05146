import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { drainOutput, endingLadder, type OwnedProcess } from "@ktx/child-process";
import { configArguments, headerLogFilter, type OnWait } from "@ktx/codex-home";
import {
  ForeignProgramError,
  makeRecordWellFormed,
  MissingAppServerError,
  OutputLimitError,
  ownCodex,
  TurnEndedError,
} from "@ktx/codex-process";
import type { Redactor } from "@ktx/redact";
import { type CutLine, readBoundedLines } from "./bounded-lines.ts";

/** The parts of a process that is ready to be started. */
export interface AppServerLaunch {
  readonly codexPath: string;
  /** Settings of the process (`config.toml` keys as nested objects), safe to show in its arguments. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The whole environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /** Removes the secrets from its standard error. */
  readonly redactor: Redactor;
}

/** Keeps the program alive until it is disposed, except while it is paused. */
export interface Hold extends Disposable {
  pause(): Disposable;
}

/**
 * An app-server ends at once after SIGTERM, unless it is resolving a name: without a network it waits for that,
 * 5 s measured (0.163.0).
 */
const ladder = { ...endingLadder, terminateMs: 500 };

/**
 * The process of an app-server: lines in, lines out, and its end as a value. It keeps this process alive only while it
 * is held.
 */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #owned: OwnedProcess;
  readonly #codexPath: string;
  readonly #gone = Promise.withResolvers<void>();
  #holders = 0;
  #startError: Error | undefined;
  #tooMuch: OutputLimitError | undefined;

  /** @param onWait Called with each announced wait, and its turn. */
  constructor(launch: AppServerLaunch, onWait: OnWait) {
    this.#codexPath = launch.codexPath;
    this.#child = spawn(launch.codexPath, ["app-server", ...configArguments(launch.config)], {
      cwd: launch.workingDirectory,
      // Otherwise the log on standard error is in colours.
      env: { ...launch.env, NO_COLOR: "1", RUST_LOG: headerLogFilter },
    });
    this.#owned = ownCodex(this.#child, { ladder, redactor: launch.redactor, onWait });
    this.#child.once("exit", this.#gone.resolve).once("error", (error) => {
      this.#startError = error;
      this.#gone.resolve();
    });
    this.#setKeepsAlive(false);
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#owned.pid;
  }

  get stderrTail(): string {
    return this.#owned.stderrTail;
  }

  /** Keeps this process alive until it is disposed. */
  hold(): Hold {
    let ended = false;
    let pauses = 0;
    this.#count(1);
    return {
      pause: () => {
        pauses += 1;
        if (pauses === 1 && !ended) this.#count(-1);
        let paused = true;
        return {
          [Symbol.dispose]: () => {
            if (!paused) return;
            paused = false;
            pauses -= 1;
            if (pauses === 0 && !ended) this.#count(1);
          },
        };
      },
      [Symbol.dispose]: () => {
        if (!ended && pauses === 0) this.#count(-1);
        ended = true;
      },
    };
  }

  /** The only way in: every message is well-formed Unicode. */
  send(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify(makeRecordWellFormed(message))}\n`);
  }

  /** All output of the process, until it ends. */
  async *lines(limit: number): AsyncGenerator<string | CutLine, void> {
    const { stdout } = this.#child;
    const drained = drainOutput(this.#child, this.#gone.promise);
    try {
      yield* readBoundedLines(stdout?.setEncoding("utf8") ?? [], limit);
    } catch (error) {
      // When the pipe broke, the end of the process gives the reason.
      if (error instanceof OutputLimitError) {
        this.#tooMuch = error;
        await this.terminate();
      }
    }
    await drained;
  }

  /** The reason of its end. @param heard True where it has said anything as an app-server. */
  describeEnd(heard: boolean): Error {
    const known = this.#startError ?? this.#tooMuch;
    if (known !== undefined) return known;
    const { exitCode, signalCode } = this.#child;
    if (!heard && exitCode === 0) return new ForeignProgramError(this.#codexPath);
    if (hasNoAppServer.test(this.stderrTail)) return new MissingAppServerError(this.#codexPath);
    return new TurnEndedError("The app-server of Codex has ended.", {
      ...(exitCode !== null && { exitCode }),
      ...(signalCode !== null && { signal: signalCode }),
      stderrTail: this.stderrTail,
    });
  }

  /** Ends it with its descendants. Idempotent. Returns the ids of processes that survived every signal. */
  async terminate(): Promise<readonly number[]> {
    using _ = this.hold();
    return await this.#owned.terminate();
  }

  #count(change: 1 | -1): void {
    const before = this.#holders;
    this.#holders += change;
    if (before === 0 || this.#holders === 0) this.#setKeepsAlive(this.#holders > 0);
  }

  #setKeepsAlive(keeps: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    const pipes = [stdin, stdout, stderr].filter((pipe) => pipe instanceof Socket);
    for (const handle of [this.#child, ...pipes])
      if (keeps) handle.ref();
      else handle.unref();
  }
}

/** The standard error of a Codex without that command. */
const hasNoAppServer = /^error: unrecognized subcommand 'app-server'/m;
