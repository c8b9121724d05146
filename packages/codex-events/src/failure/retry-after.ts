/** Finds the wait in "Please try again in 1m30.5s" or "retry after 20 seconds", in milliseconds. */
export function parseRetryAfterMs(sentence: string): number | undefined {
  const prose = waitProse.exec(sentence)?.groups?.["wait"];
  if (prose === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit = ""] of prose.matchAll(amountWithUnit))
    total += Number(amount) * (unitsMs[unit.toLowerCase()] ?? 0);
  return Math.ceil(total);
}

const amountPattern = String.raw`(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|seconds?|m|minutes?|h|hours?|d|days?)(?![a-z])`;
const amountWithUnit = new RegExp(amountPattern, "gi");
const waitProse = new RegExp(
  String.raw`(?:try again|retry) (?:in|after) (?<wait>(?:${amountPattern}(?:,? and |[ ,]*))+)`,
  "i",
);

const unitsMs: Readonly<Record<string, number>> = {
  ...durations(1, "ms", "millisecond", "milliseconds"),
  ...durations(1000, "s", "second", "seconds"),
  ...durations(60_000, "m", "minute", "minutes"),
  ...durations(3_600_000, "h", "hour", "hours"),
  ...durations(86_400_000, "d", "day", "days"),
};

function durations(milliseconds: number, ...names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, milliseconds]));
}
