import stringWidth from "string-width";
import { cutToWidth } from "./cut-to-width.ts";
import type { LiveState } from "./live-state.ts";

/** Milliseconds without a sign of life after which that is said. */
const silenceMs = 10_000;

/** The beginning of the line. */
const start = "  …  ";

/** Two parts of the line. */
const separator = " · ";

/**
 * One line about a run: what goes on, how long it takes, and how much of its budgets is used. Parts that do not fit are
 * left out, the last ones first.
 */
export function describeLive(
  state: LiveState,
  { nowMs, columns }: { readonly nowMs: number; readonly columns: number },
): string {
  const doing = describeDoing(state, nowMs);
  const [first = "", ...others] = [
    doing.findLast((one) => stringWidth(one) <= columns - start.length) ?? doing[0],
    describeSilence(state, nowMs),
    describeSeconds(nowMs - state.startedAtMs),
    describeSpent(state.steps, "step"),
    describeSpent(state.tokens, "token"),
  ].filter((part) => part !== undefined);
  let line = start + first;
  for (const part of others) {
    const longer = `${line}${separator}${part}`;
    if (stringWidth(longer) <= columns) line = longer;
  }
  return cutToWidth(line, columns);
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
