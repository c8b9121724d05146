import {
  initialTurnState,
  parseThreadEvent,
  reduceTurn,
  summarizeTurn,
  type ThreadEvent,
  type TurnState,
  type TurnSummary,
} from "@ktx/codex-events";
import type { CodexRunner, CodexRunnerInput } from "../codex-runner.ts";
import { type TurnLimits, type TurnStop, TurnStopper } from "./turn-stop.ts";

export interface RunTurnInput {
  readonly runner: CodexRunner;
  readonly request: Omit<CodexRunnerInput, "signal">;
  readonly limits: TurnLimits;
  /** The present time in milliseconds; only differences matter, but for a quota's clock time. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** Called for each event, and awaited before the next is taken. What it returns ends the turn. */
  readonly onEvent?: (event: ThreadEvent, state: TurnState) => Promise<TurnStop | undefined>;
}

/** How a turn went: what Codex said, and what ended it otherwise. */
export interface TurnRun {
  readonly summary: TurnSummary;
  /** Why we ended it; absent when the stream ended by itself. */
  readonly stop?: TurnStop;
  /** What the stream threw. The SDK does so after each failed turn; the events decide. */
  readonly thrown?: { readonly error: unknown };
  readonly totalMs: number;
}

/** How long a runner may take to end what it started, after the turn is over. */
const releaseTimeoutMs = 10_000;

/**
 * Runs one turn: takes the runner's events one by one, folds them, and ends at the terminal event, at
 * a limit, or with the caller. Never rejects, and never waits for a runner that does not answer.
 */
export async function runTurn(input: RunTurnInput): Promise<TurnRun> {
  const startedAtMs = input.now();
  using stopper = new TurnStopper(input.limits, input.signal);
  let state = initialTurnState();
  let thrown: { readonly error: unknown } | undefined;
  try {
    for await (const value of takeEvents(input, stopper)) {
      stopper.touch();
      const event = parseThreadEvent(value);
      state = reduceTurn(state, event, input.now());
      await handleEvent(input, stopper, event, state);
      if (state.phase !== "running") break;
    }
  } catch (error) {
    thrown = { error };
  }
  const nowMs = input.now();
  return {
    summary: summarizeTurn(state, {
      model: input.request.model,
      nowMs,
      // Codex writes the reset of a quota by the clock of the machine that it runs on: this one.
      timeZoneOffsetMinutes: -new Date(nowMs).getTimezoneOffset(),
    }),
    ...(stopper.stopped && { stop: stopper.stopped }),
    ...(thrown && stopper.stopped === undefined && { thrown }),
    totalMs: nowMs - startedAtMs,
  };
}

async function handleEvent(
  input: RunTurnInput,
  stopper: TurnStopper,
  event: ThreadEvent,
  state: TurnState,
): Promise<void> {
  try {
    const stop = await input.onEvent?.(event, state);
    if (stop !== undefined) stopper.stop(stop);
  } catch (error) {
    stopper.stop({ cause: "callback", error });
  }
}

/** The runner's values until it ends, the consumer breaks, or the stopper fires; then it is released. */
async function* takeEvents(
  { runner, request }: RunTurnInput,
  stopper: TurnStopper,
): AsyncGenerator<unknown, void> {
  const stopped = new Promise<undefined>((resolve) => {
    const { signal } = stopper;
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const opening = runner.runStreamed({ ...request, signal: stopper.signal });
  const events = await Promise.race([opening, stopped]);
  if (events === undefined) {
    // The runner may still open its stream; whoever is behind it heard the signal.
    opening.catch(ignore);
    return;
  }
  const iterator = events[Symbol.asyncIterator]();
  try {
    while (stopper.stopped === undefined) {
      const next = iterator.next();
      next.catch(ignore);
      const step = await Promise.race([next, stopped]);
      if (step === undefined || step.done === true) return;
      yield step.value;
    }
  } finally {
    await release(iterator);
  }
}

async function release(iterator: AsyncIterator<unknown>): Promise<void> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, releaseTimeoutMs);
  await Promise.race([Promise.resolve(iterator.return?.()).catch(ignore), patience.promise]);
  clearTimeout(timer);
}

function ignore(): void {
  // The turn is over; what its remains say no longer matters.
}
