import { buildFailure, type TurnFailure } from "@ktx/codex-events";
import { describeGiveUp, type GiveUp } from "@ktx/rate-limits";
import type { LimitFailure } from "./limit-failure.ts";

/** The limit as the failure of work that does not wait for it. */
export function buildGiveUp(giveUp: GiveUp<LimitFailure>): TurnFailure {
  const { failure, remainingMs } = giveUp;
  const { raw } = failure;
  const message = describeGiveUp(giveUp);
  return failure.kind === "usage-limit"
    ? buildFailure({
        kind: "usage-limit",
        message,
        raw,
        ...(failure.resetsAt && { resetsAt: failure.resetsAt }),
      })
    : buildFailure({ kind: "rate-limit", message, raw, retryAfterMs: remainingMs });
}
