import { refuse, type SimReply } from "@ktx/codex-sim";

/** The answer of the service to a plan whose usage limit is reached, with a reset in seconds since the epoch. */
export function usedUpPlan(resetsAt: number): SimReply {
  return refuse(
    429,
    {
      error: {
        type: "usage_limit_reached",
        message: "The limit",
        plan_type: "plus",
        resets_at: resetsAt,
      },
    },
    {
      "x-codex-primary-used-percent": "100",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(resetsAt),
    },
  );
}
