import type { BudgetName } from "../values/budgets.ts";
import { startTimer } from "@ktx/timers";

/** The reason why ktx ended a turn. The first reason wins. */
export type TurnStop =
  | { readonly cause: "caller"; readonly reason: unknown }
  | { readonly cause: "budget"; readonly budget: BudgetName }
  | { readonly cause: "timeout"; readonly limit: "wall-clock" | "idle"; readonly limitMs: number }
  /** Codex announced a wait before its next request that is longer than the turn may take. */
  | { readonly cause: "late-retry"; readonly retryInMs: number }
  /** A callback of the caller threw. */
  | { readonly cause: "callback"; readonly error: unknown };

/** The time limits of a turn, in milliseconds. */
export interface TurnLimits {
  /** From the call to the end of the turn. */
  readonly timeoutMs: number;
  /** Without any event; covers the wait for response headers, which no timeout of Codex does. */
  readonly idleTimeoutMs: number;
  /** The longest wait of Codex itself for a limit. @default as long as `timeoutMs` allows */
  readonly limitWaitMs?: number | undefined;
}

/** Watches for everything that may end a turn early, and passes it to the runner through one signal. */
export class TurnStopper implements Disposable {
  readonly #controller = new AbortController();
  readonly #limits: TurnLimits;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #keepsAlive: boolean;
  readonly #timeout: Disposable;
  readonly #whenStopped = Promise.withResolvers<undefined>();
  #idle: Disposable;
  #stop: TurnStop | undefined;

  /** @param keepsAlive True where only its timers keep the program alive. */
  constructor(limits: TurnLimits, callerSignal: AbortSignal | undefined, keepsAlive: boolean) {
    this.#limits = limits;
    this.#keepsAlive = keepsAlive;
    this.#callerSignal = callerSignal;
    this.#timeout = this.#startTimer("wall-clock", limits.timeoutMs);
    this.#idle = this.#startTimer("idle", limits.idleTimeoutMs);
    if (callerSignal?.aborted === true) this.#onCallerAbort();
    callerSignal?.addEventListener("abort", this.#onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Undefined as long as the turn may continue. */
  get stopped(): TurnStop | undefined {
    return this.#stop;
  }

  /** Resolves once the turn must end; never, when it ends by itself. */
  get whenStopped(): Promise<undefined> {
    return this.#whenStopped.promise;
  }

  stop(stop: TurnStop): void {
    if (this.#stop !== undefined) return;
    this.#stop = stop;
    this.#whenStopped.resolve(undefined);
    this.#controller.abort(stop.cause === "caller" ? stop.reason : new TurnStopped(stop));
  }

  /** Restarts the idle time after a signal of activity, and after an announced silence. */
  touch(announcedMs = 0): void {
    this.#idle[Symbol.dispose]();
    this.#idle = this.#startTimer("idle", this.#limits.idleTimeoutMs, announcedMs);
  }

  [Symbol.dispose](): void {
    this.#timeout[Symbol.dispose]();
    this.#idle[Symbol.dispose]();
    this.#callerSignal?.removeEventListener("abort", this.#onCallerAbort);
  }

  readonly #onCallerAbort = (): void => {
    this.stop({ cause: "caller", reason: this.#callerSignal?.reason });
  };

  #startTimer(limit: "wall-clock" | "idle", limitMs: number, laterMs = 0): Disposable {
    const onLimit = (): void => this.stop({ cause: "timeout", limit, limitMs });
    return startTimer(onLimit, limitMs + laterMs, { keepsAlive: this.#keepsAlive });
  }
}

/** The reason that a runner's signal carries when the runtime ends a turn. */
class TurnStopped extends Error {
  override readonly name: string = "TurnStopped";

  constructor(stop: TurnStop) {
    super(`ktx ended the turn: ${stop.cause}.`);
  }
}
