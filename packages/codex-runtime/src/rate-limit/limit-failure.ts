import { buildFailure, type TurnFailure } from "@ktx/codex-events";
import { describeGiveUp, type GiveUp, type UsageWindow } from "@ktx/rate-limits";

/** A failure that says: not now. */
export type LimitFailure = Extract<TurnFailure, { kind: "usage-limit" | "rate-limit" }>;

export function isLimitFailure(failure: TurnFailure | undefined): failure is LimitFailure {
  return failure?.kind === "usage-limit" || failure?.kind === "rate-limit";
}

/** The failure of a run that would start while this window is used up. */
export function describeUsedUp({ name, resetsAtMs }: UsageWindow): LimitFailure {
  return {
    ...buildFailure({
      kind: "usage-limit",
      message: `The account reports its usage limit \`${name}\` as used up.`,
    }),
    kind: "usage-limit",
    ...(resetsAtMs !== undefined && {
      resetsAt: { text: String(resetsAtMs / 1_000), precision: "second", atMs: resetsAtMs },
    }),
  };
}

/** The limit as the failure of work that does not wait for it. */
export function buildGiveUp(giveUp: GiveUp<LimitFailure>): TurnFailure {
  const { failure, remainingMs } = giveUp;
  const { raw, message: facts } = failure;
  const text = { message: describeGiveUp(giveUp), facts, raw };
  return failure.kind === "usage-limit"
    ? buildFailure({
        kind: "usage-limit",
        ...text,
        ...(failure.resetsAt && { resetsAt: failure.resetsAt }),
      })
    : buildFailure({ kind: "rate-limit", ...text, retryAfterMs: remainingMs });
}
