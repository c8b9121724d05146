import type { RetryWait } from "@ktx/codex-runtime";

/** The budgets of a run, and how much of them is used. */
interface Spent {
  readonly used: number;
  readonly of?: number | undefined;
}

/** The present of a run. Times are milliseconds of one clock. */
export interface LiveState {
  readonly startedAtMs: number;
  /** The last sign of life. */
  readonly heardAtMs: number;
  readonly phase: LivePhase;
  /** The calls that run, the first one first. */
  readonly calls: readonly LiveCall[];
  /** Characters of the message that the model writes. */
  readonly written: number;
  readonly steps: Spent | undefined;
  readonly tokens: Spent | undefined;
}

type LivePhase =
  | { readonly type: "starting" }
  | { readonly type: "thinking" }
  | {
      readonly type: "reconnecting";
      readonly attempt?: number | undefined;
      readonly of?: number | undefined;
      readonly host?: string | undefined;
    }
  | (Wait & {
      /** The time of the clock of the state at which it ends. */
      readonly endsAtMs: number;
    });

/** Milliseconds since 1970: the end of the wait, and its beginning. */
interface Wait {
  readonly type: "waiting";
  readonly untilMs: number;
  readonly atMs: number;
  /** A limit, unless it is the service itself. */
  readonly isForService?: boolean;
}

interface LiveCall {
  readonly id: string;
  readonly name: string;
  readonly startedAtMs: number;
}

export type LiveEvent =
  | { readonly type: "started" }
  | { readonly type: "budgets"; readonly steps?: number; readonly tokens?: number }
  | { readonly type: "call-started"; readonly id: string; readonly name: string }
  /** The call runs from now on: until then it waited for an approval. */
  | { readonly type: "call-allowed"; readonly id: string }
  | { readonly type: "call-ended"; readonly id: string }
  | { readonly type: "text"; readonly length: number }
  | { readonly type: "text-ended" }
  | { readonly type: "step"; readonly used: number }
  | { readonly type: "tokens"; readonly used: number }
  | {
      readonly type: "reconnecting";
      readonly attempt?: number;
      readonly of?: number;
      readonly host?: string;
    }
  | Wait
  | { readonly type: "waited" }
  /** Any other sign of life. */
  | { readonly type: "heard" };

export function startLive(nowMs: number): LiveState {
  return {
    startedAtMs: nowMs,
    heardAtMs: nowMs,
    phase: { type: "starting" },
    calls: [],
    written: 0,
    steps: undefined,
    tokens: undefined,
  };
}

/** The state after an event. */
export function nextLive(state: LiveState, event: LiveEvent, nowMs: number): LiveState {
  const heard = { ...state, heardAtMs: nowMs };
  const thinking = { ...heard, phase: { type: "thinking" } as const };
  switch (event.type) {
    case "started":
    case "waited":
      return thinking;
    case "budgets":
      return {
        ...heard,
        steps: event.steps === undefined ? undefined : { used: 0, of: event.steps },
        tokens: event.tokens === undefined ? undefined : { used: 0, of: event.tokens },
      };
    case "call-started":
      return {
        ...thinking,
        calls: [...state.calls, { id: event.id, name: event.name, startedAtMs: nowMs }],
      };
    case "call-allowed": {
      const index = state.calls.findIndex(({ id }) => id === event.id);
      const calls = state.calls.map((call, at) =>
        at === index ? { ...call, startedAtMs: nowMs } : call,
      );
      return { ...thinking, calls };
    }
    case "call-ended": {
      const index = state.calls.findIndex(({ id }) => id === event.id);
      return { ...thinking, calls: state.calls.filter((_, at) => at !== index) };
    }
    case "text":
      return { ...thinking, written: state.written + event.length };
    case "text-ended":
      return { ...thinking, written: 0 };
    case "step":
      return { ...thinking, steps: { ...state.steps, used: event.used } };
    case "tokens":
      return { ...heard, tokens: { ...state.tokens, used: event.used } };
    case "reconnecting": {
      const { attempt, of, host } = event;
      // The service has said when to ask it again.
      if (state.phase.type === "waiting" && nowMs < state.phase.endsAtMs) return heard;
      return { ...heard, phase: { type: "reconnecting", attempt, of, host }, written: 0 };
    }
    case "waiting":
      return { ...heard, phase: { ...event, endsAtMs: nowMs + event.untilMs - event.atMs } };
    case "heard":
      return state.phase.type === "reconnecting" ? thinking : heard;
    default:
      return event satisfies never;
  }
}

/** The state now: a wait whose end has come is over. */
export function presentOf(state: LiveState, nowMs: number): LiveState {
  const { phase } = state;
  if (phase.type !== "waiting" || nowMs < phase.endsAtMs) return state;
  return {
    ...state,
    phase: { type: "thinking" },
    heardAtMs: Math.max(state.heardAtMs, phase.endsAtMs),
  };
}

/** Codex repeats a request after a moment by itself; a longer wait is one that the service asks for. */
const askedWaitMs = 5_000;

/** A wait of Codex itself that is worth a word. */
export function waitOf({ delayMs, failure }: RetryWait, atMs: number): LiveEvent | undefined {
  if (delayMs < askedWaitMs) return undefined;
  const isForService = failure.kind !== "rate-limit" && failure.kind !== "usage-limit";
  return { type: "waiting", atMs, untilMs: atMs + delayMs, isForService };
}
