import { z } from "zod";
import { sentences } from "../sentences.ts";
import type { CheckDefinition } from "./checks-of.ts";

/** A check of a string's format; which options it has depends on the format. */
export type StringFormat = CheckDefinition & { readonly check: "string_format" };

/** Sentences for a format that strict mode does not know, and for its options. */
export function stringFormatInWords(check: StringFormat): string | undefined {
  return sentences([formatInWords(check), formatOptionsInWords(check)]);
}

/** What the name of a format does not say. */
export function formatOptionsInWords(check: StringFormat): string | undefined {
  return sentences([
    check.format === "datetime" &&
      !isSet(check, "offset") &&
      !isSet(check, "local") &&
      "UTC, ending in Z.",
    "version" in check && `Version ${check.version?.replace(/^v/, "")}.`,
    "protocol" in check && `Protocol matches ${String(check.protocol)}.`,
    "hostname" in check &&
      check.hostname !== z.regexes.domain &&
      `Host matches ${String(check.hostname)}.`,
    "precision" in check && precisionInWords(check.precision),
    "delimiter" in check && `Parts separated by ${JSON.stringify(check.delimiter)}.`,
    "alg" in check && `Signature algorithm ${String(check.alg)}.`,
  ]);
}

function isSet(check: StringFormat, option: string): boolean {
  return new Map<string, unknown>(Object.entries(check)).get(option) === true;
}

function formatInWords(check: StringFormat): string {
  if ("prefix" in check) return `Starts with ${JSON.stringify(check.prefix)}.`;
  if ("suffix" in check) return `Ends with ${JSON.stringify(check.suffix)}.`;
  if ("includes" in check) return `Contains ${JSON.stringify(check.includes)}.`;
  // An email format comes here only with a pattern of its own, which need not be that of an address.
  if (check.pattern && (check.format === "regex" || check.format === "email"))
    return `Matches ${check.pattern}.`;
  if (check.format === "datetime") return dateTimeInWords(check);
  return formatsInWords.get(check.format) ?? `A valid ${check.format.replaceAll("_", " ")}.`;
}

const formatsInWords: ReadonlyMap<string, string> = new Map([
  ["url", "A URL."],
  ["time", "A time of day, such as 23:59:59."],
  ["lowercase", "Lowercase."],
  ["uppercase", "Uppercase."],
  ["e164", "An E.164 phone number, such as +14155552671."],
  ["emoji", "An emoji."],
  ["base64", "Base64."],
  ["base64url", "Base64url."],
  ["json_string", "JSON text."],
]);

/** A date and time that is not the service's `date-time`. */
function dateTimeInWords(check: StringFormat): string {
  const time = "precision" in check && check.precision === -1 ? "23:59" : "23:59:59";
  if (isSet(check, "local"))
    return `A date and time without an offset, such as 2024-02-29T${time}.`;
  return isSet(check, "offset")
    ? `A date and time with its offset, such as 2024-02-29T${time}+01:00.`
    : `A date and time, such as 2024-02-29T${time}Z.`;
}

/** How zod counts: the digits after the point of the seconds, -1 for none and no seconds either. */
function precisionInWords(precision: unknown): string | undefined {
  if (typeof precision !== "number") return;
  if (precision === -1) return "No seconds.";
  return precision === 0
    ? "No fractional seconds."
    : `Exactly ${precision} fractional-second digits.`;
}
