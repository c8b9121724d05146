import type { TurnFailure } from "@ktx/codex-events";

/** A failure that says: not now. */
export type LimitFailure = Extract<TurnFailure, { kind: "usage-limit" | "rate-limit" }>;

export function isLimitFailure(failure: TurnFailure | undefined): failure is LimitFailure {
  return failure?.kind === "usage-limit" || failure?.kind === "rate-limit";
}
