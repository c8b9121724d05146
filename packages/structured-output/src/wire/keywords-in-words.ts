import { sentences } from "../sentences.ts";

/**
 * Constraints of JSON Schema as sentences, for a model that is not shown them: `Between 1 and 50.` for
 * `{ minimum: 1, maximum: 50 }`. Other keywords are left out; `undefined` if none is left.
 */
export function keywordsInWords(keywords: Readonly<Record<string, unknown>>): string | undefined {
  const { multipleOf, pattern, format } = keywords;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = keywords;
  return sentences([
    rangeInWords(minimum, maximum),
    typeof exclusiveMinimum === "number" && `More than ${exclusiveMinimum}.`,
    typeof exclusiveMaximum === "number" && `Less than ${exclusiveMaximum}.`,
    typeof multipleOf === "number" && `A multiple of ${multipleOf}.`,
    rangeInWords(keywords["minLength"], keywords["maxLength"], "character"),
    rangeInWords(keywords["minItems"], keywords["maxItems"], "item"),
    typeof format === "string" && (formats.get(format) ?? `A valid ${format}.`),
    typeof pattern === "string" && `Matches ${String(new RegExp(pattern))}.`,
  ]);
}

/** `least` or `most` may be anything but a number where there is no such limit. */
function rangeInWords(least: unknown, most: unknown, unit?: string): string | undefined {
  const counted = (limit: number): string =>
    unit === undefined ? String(limit) : `${limit} ${unit}${limit === 1 ? "" : "s"}`;
  if (typeof least === "number" && typeof most === "number")
    return least === most ? `Exactly ${counted(least)}.` : `Between ${least} and ${counted(most)}.`;
  if (typeof least === "number") return `At least ${counted(least)}.`;
  return typeof most === "number" ? `At most ${counted(most)}.` : undefined;
}

/** The formats that strict mode knows. */
const formats: ReadonlyMap<string, string> = new Map([
  ["date", "A date, such as 2024-02-29."],
  ["date-time", "A date and time, such as 2024-02-29T23:59:59Z."],
  ["time", "A time of day, such as 23:59:59Z."],
  ["duration", "An ISO duration, such as P1DT12H."],
  ["email", "An email address."],
  ["hostname", "A host name."],
  ["ipv4", "An IPv4 address."],
  ["ipv6", "An IPv6 address."],
  ["uuid", "A UUID."],
]);
