import type { AccountLimits } from "./account-limits.ts";

/** One window of an account's quota. */
export interface QuotaWindow {
  /** `codex primary`, `codex secondary`, `codex individual`: the id of the limit, and the window. */
  readonly name: string;
  /** 0 to 100. */
  readonly usedPercent: number;
  readonly windowMinutes?: number;
  /** The start of the next window, in milliseconds since 1970. */
  readonly resetsAtMs?: number;
  /** True while the account works on with credits once the window is used up. */
  readonly hasCredits: boolean;
}

/** The windows of an account's limits; `individual` is the allowance of a member of a workspace, without credits. */
export function quotaWindows(limits: AccountLimits): readonly QuotaWindow[] {
  const { limitId = "codex", primary, secondary, credits, individualLimit } = limits;
  const hasCredits = credits?.unlimited === true || credits?.hasCredits === true;
  const own = individualLimit && {
    ...individualLimit,
    usedPercent: 100 - individualLimit.remainingPercent,
  };
  return [
    { name: "primary", window: primary, hasCredits },
    { name: "secondary", window: secondary, hasCredits },
    { name: "individual", window: own, hasCredits: false },
  ].flatMap(({ name, window, ...rest }) => {
    if (window === undefined) return [];
    const { usedPercent, resetsAt } = window;
    const minutes = "windowDurationMins" in window ? window.windowDurationMins : undefined;
    return {
      name: `${limitId} ${name}`,
      usedPercent,
      ...(minutes !== undefined && { windowMinutes: minutes }),
      ...(resetsAt !== undefined && { resetsAtMs: resetsAt * 1_000 }),
      ...rest,
    };
  });
}
