import type { UnitFailure } from "../unit.ts";

export interface StopSignals {
  /** Fires to interrupt the units that run. */
  readonly signal?: AbortSignal | undefined;
  /** Fires to start no further unit. */
  readonly stopSignal?: AbortSignal | undefined;
}

export interface WorkState {
  /** The failure that keeps every unit from running. */
  readonly blocked: UnitFailure | undefined;
  /** True where the work itself has failed. */
  readonly hasFault: boolean;
  /** Tokens so far. */
  readonly spent: number;
  readonly tokenBudget: number | undefined;
}

/** The reason why work ends with units left; undefined while it may go on. Pure. */
export function findEnd(
  { signal, stopSignal }: StopSignals,
  { blocked, hasFault, spent, tokenBudget }: WorkState,
): "interrupted" | "blocked" | "stopped" | "budget" | undefined {
  if (signal?.aborted === true) return "interrupted";
  if (blocked !== undefined) return "blocked";
  if (stopSignal?.aborted === true || hasFault) return "stopped";
  return tokenBudget !== undefined && spent >= tokenBudget ? "budget" : undefined;
}
