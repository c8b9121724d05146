import stringWidth from "string-width";
import { fitParts, lineStart } from "./fit-parts.ts";
import type { LiveState } from "./live-state.ts";

/** Milliseconds without a sign of life after which that is said. */
const silenceMs = 10_000;

/** One line about a run: what goes on, how long it takes, and how much of its budgets is used. */
export function describeLive(
  state: LiveState,
  { nowMs, columns }: { readonly nowMs: number; readonly columns: number },
): string {
  const doing = describeDoing(state, nowMs);
  return fitParts(
    [
      doing.findLast((one) => stringWidth(one) <= columns - lineStart.length) ?? doing[0],
      describeSilence(state, nowMs),
      describeSeconds(nowMs - state.startedAtMs),
      describeSpent(state.steps, "step"),
      describeSpent(state.tokens, "token"),
    ],
    columns,
  );
}

/**
 * One line about many runs at once: how far they are, what one of them waits for, and how long they take.
 *
 * @param progress the counts, the most important one first.
 * @param isSilent false where nothing runs, which is silent by itself.
 */
export function describeManyLive(
  state: LiveState,
  {
    nowMs,
    columns,
    progress,
    left,
    isSilent = true,
  }: {
    readonly nowMs: number;
    readonly columns: number;
    readonly progress: readonly (string | undefined)[];
    readonly left: string | undefined;
    readonly isSilent?: boolean;
  },
): string {
  const isWaiting = state.phase.type === "waiting";
  const isNotable = state.phase.type === "reconnecting" || state.calls.length > 0;
  return fitParts(
    [
      ...progress,
      isNotable && !isWaiting ? describeDoing(state, nowMs).at(-1) : undefined,
      isSilent ? describeSilence(state, nowMs) : undefined,
      describeSeconds(nowMs - state.startedAtMs),
      describeSpent(state.tokens, "token"),
      left,
    ],
    columns,
  );
}

/** The activity; its shortest form first. */
function describeDoing(
  { phase, calls, written }: LiveState,
  nowMs: number,
): readonly [string, ...string[]] {
  if (phase.type === "waiting") return [`waiting for the limit until ${clockOf(phase)}`];
  if (phase.type === "reconnecting") {
    const { attempt, of, host } = phase;
    const count = attempt === undefined || of === undefined ? "" : ` ${attempt} of ${of}`;
    const doing = `reconnecting${count}`;
    return host === undefined ? [doing] : [doing, `${doing} to ${host}`];
  }
  const [call] = calls;
  if (call !== undefined) {
    const others = calls.length === 1 ? "" : ` and ${calls.length - 1} more`;
    return [`tool ${call.name}${others} for ${describeSeconds(nowMs - call.startedAtMs)}`];
  }
  if (phase.type === "starting") return ["starting"];
  return [written === 0 ? "thinking" : `writing: ${written.toLocaleString("en-US")} characters`];
}

/** A tool, and a wait for a limit, are silent by themselves. */
function describeSilence(
  { phase, calls, heardAtMs }: LiveState,
  nowMs: number,
): string | undefined {
  const silent = nowMs - heardAtMs;
  if (silent < silenceMs || calls.length > 0 || phase.type === "waiting") return undefined;
  return `no sign of life for ${describeSeconds(silent)}`;
}

/** `18:13`; with the day where that is not the one on which the wait began. */
function clockOf({ untilMs, atMs }: { readonly untilMs: number; readonly atMs: number }): string {
  const [until, now] = [new Date(untilMs), new Date(atMs)];
  const time = until.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = until.toLocaleDateString("sv-SE");
  return day === now.toLocaleDateString("sv-SE") ? time : `${day} ${time}`;
}

function describeSeconds(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function describeSpent(spent: LiveState["steps"], unit: string): string | undefined {
  if (spent === undefined) return undefined;
  const { used, of } = spent;
  const [count, limit] = [used, of].map((value) => value?.toLocaleString("en-US"));
  if (limit !== undefined) return `${count} of ${limit} ${of === 1 ? unit : `${unit}s`}`;
  return `${count} ${used === 1 ? unit : `${unit}s`}`;
}
