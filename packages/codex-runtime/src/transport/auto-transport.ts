import { statSync } from "node:fs";
import { UnexpectedAnswerError, UnfitAppServerError } from "@ktx/app-server";
import { MissingAppServerError } from "@ktx/codex-process";
import { findUnknownSettings } from "../isolation/isolation-warnings.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";
import type { CodexLauncher } from "./codex-launcher.ts";
import type {
  ThreadInput,
  Transport,
  TransportThread,
  TurnInput,
  TurnSignal,
} from "./transport.ts";

/** Runs threads on the app-server, and on exec where this Codex has no app-server that does what they need. */
export function createAutoTransport(
  launcher: CodexLauncher,
  { exec, appServer }: { readonly exec: Transport; readonly appServer: Transport },
): Transport {
  const fallback = new ExecFallback(launcher);
  return {
    can: appServer.can,
    ...(appServer.keptThreads && { keptThreads: appServer.keptThreads }),
    openThread: (input) => new AutoThread({ exec, appServer }, fallback, input),
    warm: async (signal) => {
      if (fallback.isNeeded) return;
      await appServer.warm?.(signal).catch((error: unknown) => fallback.takeOrThrow(error));
    },
    readLimits: async (signal) => {
      if (fallback.isNeeded) return undefined;
      try {
        return await appServer.readLimits?.(signal);
      } catch (error) {
        fallback.takeOrThrow(error);
        return undefined;
      }
    },
    [Symbol.asyncDispose]: async () => appServer[Symbol.asyncDispose](),
  };
}

/** Binaries without a usable app-server, by path and time of modification. */
const unfitBinaries = new Set<string>();

class ExecFallback {
  readonly #launcher: CodexLauncher;
  #isWarned = false;

  constructor(launcher: CodexLauncher) {
    this.#launcher = launcher;
  }

  /** True once this binary has shown that it has no usable app-server. */
  get isNeeded(): boolean {
    if (unfitBinaries.size === 0) return false;
    const binary = this.#binary();
    if (binary === undefined || !unfitBinaries.has(binary)) return false;
    this.#warn("it has no app-server that ktx can use");
    return true;
  }

  /** Remembers the binary. @throws any other error. */
  takeOrThrow(error: unknown): void {
    if (!isUnfit(error)) throw error;
    const binary = this.#binary();
    if (binary !== undefined) unfitBinaries.add(binary);
    this.#warn(reasonOf(error));
  }

  /** Undefined for a missing binary: the run fails with that reason. */
  #binary(): string | undefined {
    try {
      const path = this.#launcher.findCodex();
      return `${path} ${statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0}`;
    } catch {
      return undefined;
    }
  }

  #warn(reason: string): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#launcher.warn({
      kind: "exec-fallback",
      message:
        `Runs use \`codex exec\` instead of a warm app-server with this Codex: ${reason}. ` +
        "Each run starts a process, its text arrives as whole messages, and a thread takes one turn.",
      reason,
    });
  }
}

const neverUnloads = "it ignores `thread_unload_delay_secs`, and keeps each thread in memory";

/** Known in the first thread alone, which goes on: the next ones are not started there. */
function keepsThreads(signal: TurnSignal): boolean {
  if (signal.type !== "event") return false;
  return findUnknownSettings(signal.event).includes("thread_unload_delay_secs");
}

type UnfitError = UnfitAppServerError | MissingAppServerError | UnexpectedAnswerError;

function isUnfit(error: unknown): error is UnfitError {
  return (
    error instanceof UnfitAppServerError ||
    error instanceof MissingAppServerError ||
    error instanceof UnexpectedAnswerError
  );
}

/** A short phrase. */
function reasonOf(error: UnfitError): string {
  if (error instanceof UnfitAppServerError) return error.reason;
  return error instanceof MissingAppServerError
    ? "it has no app-server"
    : "its app-server answers in an unknown form";
}

class AutoThread implements TransportThread {
  readonly #fallback: ExecFallback;
  readonly #openExec: () => TransportThread;
  readonly #isHeld: boolean;
  #thread: TransportThread;
  #isOnExec: boolean;

  constructor(
    { exec, appServer }: { readonly exec: Transport; readonly appServer: Transport },
    fallback: ExecFallback,
    input: ThreadInput,
  ) {
    this.#fallback = fallback;
    this.#openExec = () => exec.openThread(input);
    this.#isHeld = input.turns === "held";
    this.#isOnExec = !this.#isHeld && fallback.isNeeded;
    this.#thread = this.#isOnExec ? this.#openExec() : appServer.openThread(input);
  }

  get isOpen(): boolean {
    return this.#thread.isOpen;
  }

  get stderrTail(): string {
    return this.#thread.stderrTail;
  }

  get keepsAlive(): boolean {
    return this.#thread.keepsAlive === true;
  }

  async *run(turn: TurnInput): AsyncGenerator<TurnSignal, void> {
    if (this.#isOnExec) {
      yield* this.#thread.run(turn);
      return;
    }
    let hasBegun = false;
    try {
      for await (const signal of this.#thread.run(turn)) {
        hasBegun = true;
        if (keepsThreads(signal)) this.#fallback.takeOrThrow(new UnfitAppServerError(neverUnloads));
        yield signal;
      }
      return;
    } catch (error) {
      // A turn that may have begun is not run a second time.
      if (hasBegun) throw error;
      if (this.#isHeld) throw isUnfit(error) ? heldNeedsAppServer(error) : error;
      this.#fallback.takeOrThrow(error);
    }
    await this.#thread[Symbol.asyncDispose]();
    this.#isOnExec = true;
    this.#thread = this.#openExec();
    yield* this.#thread.run(turn);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
  }
}

function heldNeedsAppServer(cause: UnfitError): RuntimeInputError {
  return new RuntimeInputError(
    "single-turns",
    `A thread of several turns needs an app-server, and that of this Codex cannot be used: ${reasonOf(cause)}. ` +
      "Use the Codex that @openai/codex-sdk brings, or a call for each turn, which starts a thread of its own.",
    { cause },
  );
}
