import { z } from "zod";
import { sentences } from "../sentences.ts";
import type { CheckDefinition } from "./checks-of.ts";

/** A check of a string's format; which options it has depends on the format. */
export type StringFormat = CheckDefinition & { readonly check: "string_format" };

/** A format that strict mode does not know, in words, with its options. */
export function stringFormatInWords(check: StringFormat): string | undefined {
  return sentences([formatInWords(check), formatOptionsInWords(check)]);
}

/** What the name of a format does not say. */
export function formatOptionsInWords(check: StringFormat): string | undefined {
  return sentences([
    check.format === "datetime" &&
      !isSet(check, "offset") &&
      !isLocal(check) &&
      "In UTC, with a Z at its end.",
    "version" in check && `Of version ${check.version?.replace(/^v/, "")}.`,
    "protocol" in check && `Its protocol matches ${String(check.protocol)}.`,
    "hostname" in check &&
      check.hostname !== z.regexes.domain &&
      `Its host matches ${String(check.hostname)}.`,
    check.format === "email" &&
      String(check.pattern) !== String(z.regexes.email) &&
      `Matches ${String(check.pattern)}.`,
    "precision" in check && precisionInWords(check.precision),
    "delimiter" in check && `With ${JSON.stringify(check.delimiter)} between its parts.`,
    "alg" in check && `Signed with ${String(check.alg)}.`,
  ]);
}

/** A local date-time has no offset, which the service's `date-time` must have. */
export function isLocal(check: StringFormat): boolean {
  return isSet(check, "local");
}

function isSet(check: StringFormat, option: string): boolean {
  return new Map<string, unknown>(Object.entries(check)).get(option) === true;
}

function formatInWords(check: StringFormat): string {
  if ("prefix" in check) return `Starts with ${JSON.stringify(check.prefix)}.`;
  if ("suffix" in check) return `Ends with ${JSON.stringify(check.suffix)}.`;
  if ("includes" in check) return `Contains ${JSON.stringify(check.includes)}.`;
  if (check.format === "regex") return `Matches ${check.pattern}.`;
  return formatsInWords.get(check.format) ?? `A valid ${check.format.replaceAll("_", " ")}.`;
}

const formatsInWords: ReadonlyMap<string, string> = new Map([
  ["url", "A URL."],
  ["time", "A time of day, as 23:59:59."],
  ["datetime", "A date and time without an offset, as 2024-02-29T23:59:59."],
  ["lowercase", "In lower case."],
  ["uppercase", "In upper case."],
  ["e164", "A phone number in E.164 form, as +14155552671."],
  ["emoji", "An emoji."],
  ["base64", "Base64."],
  ["base64url", "Base64url."],
  ["json_string", "JSON text."],
]);

/** How zod counts: the digits after the point of the seconds, -1 for none and no seconds either. */
function precisionInWords(precision: unknown): string | undefined {
  if (typeof precision !== "number") return;
  if (precision === -1) return "Without seconds.";
  return precision === 0
    ? "Without parts of a second."
    : `With ${precision} digits after the point of the seconds.`;
}
