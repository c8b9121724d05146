import { buildFailure, type TurnFailure } from "@ktx/codex-events";
import type { LimitWait } from "./rate-limit-state.ts";

/** The limit as the failure of whoever does not wait for it. */
export function buildGiveUp({ untilMs, failure }: LimitWait, maxWaitMs: number): TurnFailure {
  const { raw } = failure;
  const message =
    `${failure.message.replace(/\.?$/, ".")} It is not waited for: it lasts until ${new Date(untilMs).toISOString()}, ` +
    `and a run may wait ${Math.round(maxWaitMs / 1_000)} s in all.`;
  return failure.kind === "usage-limit"
    ? buildFailure({
        kind: "usage-limit",
        message,
        raw,
        ...(failure.resetsAt && { resetsAt: failure.resetsAt }),
      })
    : buildFailure({ kind: "usage-limit", message, raw });
}
