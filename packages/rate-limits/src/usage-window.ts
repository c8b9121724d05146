import type { Moment } from "./rate-limit-state.ts";

/** The use of one window of a quota, as its account reports it. */
export interface UsageWindow {
  /** The name by which a later report replaces this one. */
  readonly name: string;
  /** 0 to 100. */
  readonly usedPercent: number;
  /** The length of the window. */
  readonly windowMinutes?: number;
  /** The start of the next window, in milliseconds since the epoch. */
  readonly resetsAtMs?: number;
  /** True while credits replace a used-up window, which then holds no work. */
  readonly hasCredits?: boolean;
}

/** The known windows after a report, and the reported windows that have just reached the threshold. */
export function mergeWindows(
  known: readonly UsageWindow[],
  reported: readonly UsageWindow[],
  warnAtPercent: number,
  { wallMs }: Pick<Moment, "wallMs">,
): { readonly windows: readonly UsageWindow[]; readonly fresh: readonly UsageWindow[] } {
  const before = new Map(known.map((window) => [window.name, window]));
  const merged = new Map(before);
  for (const window of reported) merged.set(window.name, window);
  const fresh = reported.filter((window) => {
    const last = before.get(window.name);
    const isSame = last !== undefined && !isOver(last, wallMs);
    return window.usedPercent >= warnAtPercent && !(isSame && last.usedPercent >= warnAtPercent);
  });
  return { windows: [...merged.values()], fresh };
}

/** The used-up window that resets last; undefined if no window with a reset time holds work. */
export function findUsedUp(
  windows: readonly UsageWindow[],
  wallMs: number,
): (UsageWindow & { readonly resetsAtMs: number }) | undefined {
  const usedUp = windows.flatMap(({ resetsAtMs, ...window }) =>
    window.usedPercent >= 100 &&
    window.hasCredits !== true &&
    resetsAtMs !== undefined &&
    resetsAtMs > wallMs
      ? [{ ...window, resetsAtMs }]
      : [],
  );
  return usedUp.toSorted((a, b) => b.resetsAtMs - a.resetsAtMs)[0];
}

function isOver({ resetsAtMs }: UsageWindow, wallMs: number): boolean {
  return resetsAtMs !== undefined && resetsAtMs <= wallMs;
}
