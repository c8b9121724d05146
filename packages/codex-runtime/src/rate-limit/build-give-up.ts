import { buildFailure, type TurnFailure } from "@ktx/codex-events";
import type { GiveUp } from "@ktx/rate-limits";
import type { LimitFailure } from "./limit-failure.ts";

/** The limit as the failure of whoever does not wait for it. */
export function buildGiveUp({ failure, message, remainingMs }: GiveUp<LimitFailure>): TurnFailure {
  const { raw } = failure;
  return failure.kind === "usage-limit"
    ? buildFailure({
        kind: "usage-limit",
        message,
        raw,
        ...(failure.resetsAt && { resetsAt: failure.resetsAt }),
      })
    : buildFailure({ kind: "rate-limit", message, raw, retryAfterMs: remainingMs });
}
