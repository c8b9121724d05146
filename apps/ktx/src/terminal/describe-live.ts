import { fitForms } from "./fit-forms.ts";
import { fitParts } from "./fit-parts.ts";
import { type LiveState, presentOf } from "./live-state.ts";

/** Milliseconds without a sign of life after which that is said. */
const silenceMs = 10_000;

const hourMs = 3_600_000;

/** One line about a run: what goes on, how long it takes, and how much of its budgets is used. */
export function describeLive(
  given: LiveState,
  { nowMs, columns }: { readonly nowMs: number; readonly columns: number },
): string {
  const state = presentOf(given, nowMs);
  const time = describeSeconds(nowMs - state.startedAtMs);
  return fitForms({
    doing: describeDoing(state, nowMs),
    silence: describeSilence(state, nowMs),
    time,
    others: [describeSpent(state.steps, "step"), describeSpent(state.tokens, "token")],
    columns,
  });
}

/**
 * One line about many runs at once: how far they are, what one of them waits for, and how long they take.
 *
 * @param progress the counts, the most important one first.
 * @param isSilent false where nothing runs, which is silent by itself.
 */
export function describeManyLive(
  given: LiveState,
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
  const state = presentOf(given, nowMs);
  const isNotable =
    ["reconnecting", "waiting"].includes(state.phase.type) || state.calls.length > 0;
  return fitParts(
    [
      ...progress,
      isNotable ? describeDoing(state, nowMs)[0] : undefined,
      isSilent ? describeSilence(state, nowMs)[0] : undefined,
      describeSeconds(nowMs - state.startedAtMs),
      describeSpent(state.tokens, "token"),
      left,
    ],
    columns,
  );
}

/** The activity; its longest form first. */
function describeDoing(
  { phase, calls, written }: LiveState,
  nowMs: number,
): readonly [string, ...string[]] {
  if (phase.type === "waiting") {
    const what = phase.isForService === true ? "service" : "limit";
    const until = `until ${clockOf(phase)}`;
    const leftMs = phase.endsAtMs - nowMs;
    const left = describeSeconds(leftMs + 999);
    const short = [`waiting ${until}`, `waits ${left}`];
    // Hours need no countdown.
    if (leftMs >= hourMs) return [`waiting for the ${what} ${until}`, ...short];
    const forms = [`waiting for the ${what} ${until}`, `waiting ${until}, ${left} left`];
    return [`waiting for the ${what} ${until}, ${left} left`, ...forms, ...short];
  }
  if (phase.type === "reconnecting") {
    const { attempt, of, host } = phase;
    const isCounted = attempt !== undefined && of !== undefined;
    const doing = isCounted ? `reconnecting ${attempt} of ${of}` : "reconnecting";
    const short = isCounted ? [doing, `retry ${attempt} of ${of}`, "retry"] : [doing, "retry"];
    return [host === undefined ? doing : `${doing} to ${host}`, ...short];
  }
  const [call] = calls;
  if (call !== undefined) {
    const others = calls.length === 1 ? "" : ` and ${calls.length - 1} more`;
    const time = describeSeconds(nowMs - call.startedAtMs);
    return [`tool ${call.name}${others} for ${time}`, `${call.name} ${time}`, `tool ${time}`];
  }
  if (phase.type === "starting") return ["starting"];
  if (written === 0) return ["thinking"];
  return [`writing: ${written.toLocaleString("en-US")} characters`, "writing"];
}

/** A silence; its longest form first. A tool, and a wait for a limit, are silent by themselves. */
function describeSilence({ phase, calls, heardAtMs }: LiveState, nowMs: number): readonly string[] {
  const silent = nowMs - heardAtMs;
  if (silent < silenceMs || calls.length > 0 || phase.type === "waiting") return [];
  const time = describeSeconds(silent);
  return [`no sign of life for ${time}`, `silent for ${time}`, `silent ${time}`];
}

/** `18:13`; with the seconds of a wait that takes less than an hour, and with the day where that is not the one on which the wait began. */
function clockOf({ untilMs, atMs }: { readonly untilMs: number; readonly atMs: number }): string {
  const [until, now] = [new Date(untilMs), new Date(atMs)];
  const isSoon = untilMs - atMs < hourMs;
  const time = until.toLocaleTimeString("en-GB").slice(0, isSoon ? 8 : 5);
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
