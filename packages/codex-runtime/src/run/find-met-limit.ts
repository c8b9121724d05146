import type { TurnFailure } from "@ktx/codex-events";
import { isLimitFailure, type LimitFailure } from "../rate-limit/limit-failure.ts";
import type { TurnRun } from "./run-turn.ts";

/**
 * The limit that a turn met, with the service's own sentence: the governor, and not the time limit of the run,
 * decides whether to wait for it.
 */
export function findMetLimit(
  { stop, summary }: TurnRun,
  failure: TurnFailure | undefined,
): LimitFailure | undefined {
  if (!isLimitFailure(failure)) return undefined;
  const message = stop?.cause === "late-retry" ? summary.failure?.message : undefined;
  return message === undefined ? failure : { ...failure, message };
}
