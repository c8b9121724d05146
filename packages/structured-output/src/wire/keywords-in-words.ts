import { sentences } from "@ktx/json-answer/wire";

/**
 * The sentences for constraints of JSON Schema: `Between 1 and 50.` for `{ minimum: 1, maximum: 50 }`. A limit may
 * also be a bigint or a date. Omits other keywords; `undefined` if no constraint is left.
 */
export function keywordsInWords(keywords: Readonly<Record<string, unknown>>): string | undefined {
  const { pattern, format } = keywords;
  const limits = ["exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
  const [above, below, multiple] = limits.map((key) => shown(keywords[key]));
  return sentences([
    rangeInWords(keywords["minimum"], keywords["maximum"]),
    above && `More than ${above}.`,
    below && `Less than ${below}.`,
    multiple && `A multiple of ${multiple}.`,
    rangeInWords(keywords["minLength"], keywords["maxLength"], " character"),
    rangeInWords(keywords["minItems"], keywords["maxItems"], " item"),
    typeof format === "string" && formatInWords(format),
    typeof pattern === "string" && `Matches ${String(new RegExp(pattern))}.`,
  ]);
}

/** The text of two limits; each of them may be missing. */
function rangeInWords(least: unknown, most: unknown, unit = ""): string | undefined {
  const [from, to] = [shown(least), shown(most)];
  const counted = (limit: string): string =>
    limit + (unit === "" || limit === "1" ? unit : `${unit}s`);
  if (from !== undefined && to !== undefined)
    return from === to ? `Exactly ${counted(from)}.` : `Between ${from} and ${counted(to)}.`;
  if (from !== undefined) return `At least ${counted(from)}.`;
  return to === undefined ? undefined : `At most ${counted(to)}.`;
}

function shown(limit: unknown): string | undefined {
  if (limit instanceof Date) return limit.toISOString();
  return typeof limit === "number" || typeof limit === "bigint" ? String(limit) : undefined;
}

/** The sentence for a format of the service or of zod, or for a custom one. */
export function formatInWords(format: string, isOwn = false): string {
  return (isOwn ? undefined : formats.get(format)) ?? `A valid ${format.replaceAll("_", " ")}.`;
}

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
  ["url", "A URL."],
  ["lowercase", "Lowercase."],
  ["uppercase", "Uppercase."],
  ["e164", "An E.164 phone number, such as +14155552671."],
  ["emoji", "An emoji."],
  ["base64", "Base64."],
  ["base64url", "Base64url."],
  ["json_string", "JSON text."],
]);
