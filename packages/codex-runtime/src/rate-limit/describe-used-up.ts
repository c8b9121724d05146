import { buildFailure } from "@ktx/codex-events";
import type { UsageWindow } from "@ktx/rate-limits";
import type { LimitFailure } from "./limit-failure.ts";

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
