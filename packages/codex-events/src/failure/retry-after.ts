/** A wait that a service asks for. */
export interface ProseWait {
  /** The service's own words: `3 days 5 hours 2 minutes`, `1.3s`. */
  readonly text: string;
  readonly milliseconds: number;
}

/** Finds the wait in "Please try again in 1m30.5s" or "retry after 20 seconds", in milliseconds. */
export function parseRetryAfterMs(sentence: string): number | undefined {
  return findWait(sentence)?.milliseconds;
}

/** Finds the wait in "try again in 3 days 5 hours 2 minutes" or "try again in less than a minute". */
export function findWait(sentence: string): ProseWait | undefined {
  const text = waitProse.exec(sentence)?.groups?.["wait"]?.replace(/[ ,]+$/, "");
  if (text === undefined) return undefined;
  if (/^less than a minute$/i.test(text)) return { text, milliseconds: 60_000 };
  let total = 0;
  for (const [, amount, unit = ""] of text.matchAll(amountWithUnit))
    total += Number(amount) * (unitsMs[unit.toLowerCase()] ?? 0);
  return { text, milliseconds: Math.ceil(total) };
}

const amountPattern = String.raw`(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|seconds?|m|minutes?|h|hours?|d|days?)(?![a-z])`;
const amountWithUnit = new RegExp(amountPattern, "gi");
const waitProse = new RegExp(
  String.raw`(?:try again|retry) (?:in|after) (?<wait>less than a minute|(?:${amountPattern}(?:,? and |[ ,]*))+)`,
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
