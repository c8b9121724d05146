import { buildFailure, type TurnFailure } from "@ktx/codex-events";
import type { LimitFailure } from "./limit-failure.ts";

export interface GiveUp {
  readonly failure: LimitFailure;
  /** When the limit ends, in milliseconds since the epoch. */
  readonly untilMs: number;
  /** How long that still is. */
  readonly remainingMs: number;
  readonly maxWaitMs: number;
}

/** The limit as the failure of whoever does not wait for it. */
export function buildGiveUp({ failure, untilMs, remainingMs, maxWaitMs }: GiveUp): TurnFailure {
  const { raw } = failure;
  const message =
    `${failure.message.replace(/\.?$/, ".")} Not waiting: the limit lasts until ${new Date(untilMs).toISOString()}, ` +
    `longer than maxWaitMs allows (${Math.round(maxWaitMs / 1_000)} s in all).`;
  return failure.kind === "usage-limit"
    ? buildFailure({
        kind: "usage-limit",
        message,
        raw,
        ...(failure.resetsAt && { resetsAt: failure.resetsAt }),
      })
    : buildFailure({ kind: "rate-limit", message, raw, retryAfterMs: remainingMs });
}
