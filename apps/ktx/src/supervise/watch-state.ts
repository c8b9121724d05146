import type { EndingSignal } from "../ending-signals.ts";
import type { SupervisedMessage } from "./message.ts";
import type { UserCode } from "./user-code-watch.ts";

/** The known state of the supervised process. Times are of a monotonic clock, in milliseconds. */
export interface WatchState {
  readonly heardAtMs: number;
  readonly lookedAtMs: number;
  readonly limit?: { readonly ms: number; readonly endsAtMs: number };
  readonly running: readonly UserCode[];
  /** The module that is loading. */
  readonly loading?: { readonly name: string; readonly sinceMs: number } | undefined;
  readonly signals: readonly { readonly signal: EndingSignal; readonly atMs: number }[];
}

/** The reason to end the supervised process from outside. */
export type Verdict =
  | { readonly reason: "limit"; readonly limitMs: number }
  | { readonly reason: "signal"; readonly signal: EndingSignal };

/** A process that has been silent for this long is blocked. It sends a sign of life every {@link beatMs}. */
const silenceMs = 2_000;

/** The interval at which the supervised process reports that its event loop is running. */
export const beatMs = 250;

/** Milliseconds that a process that is not blocked may take to end itself at the second signal. */
const secondSignalMs = 1_000;

/** A supervisor that does not look for so long stood still itself, as after Ctrl-Z or in the sleep of the machine. */
const stillMs = 4 * beatMs;

/** Milliseconds after which a module that is still loading is named. */
const slowMs = 10_000;

export function startWatch(nowMs: number): WatchState {
  return { heardAtMs: nowMs, lookedAtMs: nowMs, running: [], signals: [] };
}

/** The state of a look at the process. The silence of a supervisor that stood still begins when it goes on. */
export function look(state: WatchState, nowMs: number): WatchState {
  const stoodStill = nowMs - state.lookedAtMs >= stillMs;
  return { ...state, lookedAtMs: nowMs, ...(stoodStill && { heardAtMs: nowMs }) };
}

export function hear(state: WatchState, message: SupervisedMessage, nowMs: number): WatchState {
  const heard = { ...state, heardAtMs: nowMs };
  switch (message.type) {
    case "limit":
      return { ...heard, limit: { ms: message.ms, endsAtMs: nowMs + message.ms } };
    case "begin":
      return {
        ...heard,
        running: [...state.running, message.code],
        ...(message.code.kind === "module" && {
          loading: { name: message.code.name, sinceMs: nowMs },
        }),
      };
    case "end":
      return {
        ...heard,
        running: without(state.running, message.code),
        ...(message.code.name === state.loading?.name && { loading: undefined }),
      };
    default:
      return heard;
  }
}

/** A terminal that closes may send SIGHUP more than once, and after another signal: it is never the second one. */
export function takeSignal(state: WatchState, signal: EndingSignal, nowMs: number): WatchState {
  if (signal === "SIGHUP" && state.signals.length > 0) return state;
  return { ...state, signals: [...state.signals, { signal, atMs: nowMs }] };
}

/** The name of a module that has been loading for so long that its user should know; undefined for none. */
export function slowModule({ loading }: WatchState, nowMs: number): string | undefined {
  return loading !== undefined && nowMs - loading.sinceMs >= slowMs ? loading.name : undefined;
}

/** A process with a running event loop keeps its limit, and ends at a signal, by itself. */
export function judge(state: WatchState, nowMs: number): Verdict | undefined {
  const { heardAtMs, limit, signals } = state;
  const isBlocked = nowMs - heardAtMs >= silenceMs;
  const [first, second] = signals;
  if (first !== undefined && isBlocked) return { reason: "signal", signal: first.signal };
  if (second !== undefined && nowMs - second.atMs >= secondSignalMs)
    return { reason: "signal", signal: second.signal };
  if (limit !== undefined && isBlocked && nowMs >= limit.endsAtMs)
    return { reason: "limit", limitMs: limit.ms };
  return undefined;
}

function without(codes: readonly UserCode[], gone: UserCode): readonly UserCode[] {
  const index = codes.findIndex(({ kind, name }) => kind === gone.kind && name === gone.name);
  return index < 0 ? codes : codes.toSpliced(index, 1);
}
