import { countOf } from "../count-of.ts";
import { failed, passed, skipped, warned, type Verdict } from "./check.ts";
import type { AccountWindow, StatusInput } from "./status-input.ts";

/** From this use on, in percent, a window is a warning. */
const warnAtPercent = 90;

export function assessLimits({ limits, reading }: StatusInput): Verdict {
  switch (limits.state) {
    case "not-run":
      return skipped(limits.reason);
    case "unknown":
      return skipped(
        hasEndpoint(reading)
          ? "The endpoint reports no limits."
          : "This account does not report its limits.",
      );
    case "failed":
      return warned(
        `The account's limits could not be read: ${limits.reason}`,
        "Run `ktx status` again.",
      );
    case "known":
      return assessWindows(limits.windows);
  }
}

function hasEndpoint({ config }: StatusInput["reading"]): boolean {
  return config?.llm.backend === "codex" && config.llm.codex.endpoint !== undefined;
}

function assessWindows(windows: readonly AccountWindow[]): Verdict {
  if (windows.length === 0) return passed("The account has no limits.");
  const sentence = `${windows.map(describeWindow).join("; ")}.`;
  const fullest = Math.max(...windows.map(({ usedPercent }) => usedPercent));
  if (windows.some(({ usedPercent, hasCredits }) => usedPercent >= 100 && !hasCredits))
    return failed(sentence, "Wait for the reset, or add credits to the account.");
  return fullest >= warnAtPercent
    ? warned(sentence, "Plan long runs for the time after the reset.")
    : passed(sentence);
}

/** `42 % of 5 hours used, resets at 2027-01-15 08:00 UTC` */
function describeWindow(window: AccountWindow): string {
  const { usedPercent, windowMinutes, resetsAtMs, hasCredits } = window;
  const of = windowMinutes === null ? window.name : describeLength(windowMinutes);
  const resets = resetsAtMs === null ? undefined : new Date(resetsAtMs);
  const credits = usedPercent >= 100 && hasCredits ? ", credits are used" : "";
  const isDate = resets !== undefined && !Number.isNaN(resets.getTime());
  const reset = isDate
    ? `, resets at ${resets.toISOString().slice(0, 16).replace("T", " ")} UTC`
    : "";
  return `${usedPercent} % of ${of} used${credits}${reset}`;
}

function describeLength(minutes: number): string {
  for (const [unit, length] of [
    ["day", 1_440],
    ["hour", 60],
  ] as const)
    if (minutes >= length && minutes % length === 0) return countOf(minutes / length, unit);
  return countOf(minutes, "minute");
}
