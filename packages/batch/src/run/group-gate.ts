import type { Pause } from "../unit-store.ts";
import type { LimitPolicy } from "./batch-options.ts";
import type { UnitLimit } from "./unit-outcome.ts";

/** The state of a group in a run, which says if units may start. After a pause one unit goes first, as a probe. */
export type GroupGate = {
  /** Pauses in a row whose end the service did not say. */
  readonly unknownEnds: number;
  /** The end of the last pause on the wall clock; 0 before the first. */
  readonly lastPauseEndMs: number;
} & (
  | { readonly phase: "open" }
  | { readonly phase: "paused"; readonly pause: Pause; readonly sinceMs: number }
  | {
      readonly phase: "probing";
      readonly probe?: { readonly key: string; readonly sinceMs: number };
    }
);

export const openGate: GroupGate = { phase: "open", unknownEnds: 0, lastPauseEndMs: 0 };

export const probingGate: GroupGate = { ...openGate, phase: "probing" };

/** The gate after a look at the store's pauses. */
export function syncGate(gate: GroupGate, pause: Pause | undefined, nowMs: number): GroupGate {
  const { unknownEnds, lastPauseEndMs } = gate;
  if (pause !== undefined) {
    const sinceMs = gate.phase === "paused" ? gate.sinceMs : nowMs;
    return { phase: "paused", pause, sinceMs, unknownEnds, lastPauseEndMs };
  }
  if (gate.phase !== "paused") return gate;
  return { phase: "probing", unknownEnds, lastPauseEndMs: nowMs };
}

/** True where no unit of the group may start now, for a reason that the store does not know. */
export function isShut(
  gate: GroupGate,
  monotonicMs: number,
  { probeMs }: Required<LimitPolicy>,
): boolean {
  return (
    gate.phase === "probing" &&
    gate.probe !== undefined &&
    monotonicMs - gate.probe.sinceMs < probeMs
  );
}

/** True for a pause that this run does not wait for. */
export function isTooLong(
  pause: Pause,
  nowMs: number,
  { maxWaitMs }: Required<LimitPolicy>,
): boolean {
  return pause.untilMs - nowMs > maxWaitMs;
}

export function passGate(gate: GroupGate, key: string, monotonicMs: number): GroupGate {
  if (gate.phase !== "probing" || gate.probe !== undefined) return gate;
  return { ...gate, probe: { key, sinceMs: monotonicMs } };
}

/** The gate after the end of a unit that met no limit, or that says nothing of one (`isEvidence` false). */
export function leaveGate(gate: GroupGate, key: string, isEvidence: boolean): GroupGate {
  if (gate.phase !== "probing" || gate.probe?.key !== key) return gate;
  const { unknownEnds, lastPauseEndMs } = gate;
  return isEvidence
    ? { ...openGate, lastPauseEndMs }
    : { phase: "probing", unknownEnds, lastPauseEndMs };
}

const longestUnknownMs = 3_600_000;

/**
 * The end of the pause for a limit that a unit met; undefined where the limit is an old one: the unit began before
 * the last pause ended, and the service names no later end.
 */
export function decidePauseEnd(
  gate: GroupGate,
  limit: UnitLimit,
  startedAtMs: number,
  nowMs: number,
  { unknownWaitMs }: Required<LimitPolicy>,
): number | undefined {
  if (limit.untilMs !== undefined && limit.untilMs > nowMs) return limit.untilMs;
  if (gate.phase === "paused" || startedAtMs < gate.lastPauseEndMs) return undefined;
  return nowMs + Math.min(longestUnknownMs, unknownWaitMs * 2 ** gate.unknownEnds);
}

/** The gate after a limit without a known end. */
export function countUnknownEnd(gate: GroupGate): GroupGate {
  return { ...gate, unknownEnds: gate.unknownEnds + 1 };
}
