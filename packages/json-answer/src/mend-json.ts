import { jsonrepair } from "jsonrepair";
import type { JsonPiece } from "./find-json-pieces.ts";

/** The repaired value of a piece of text, or the reason why it cannot be repaired. */
export type MendedJson = { readonly value: unknown } | { readonly reason: string };

/**
 * Repairs small faults, such as a trailing comma, other quotes or a comment. It refuses a fault whose repair would
 * invent or omit data.
 */
export function mendJson({ text, bare, oddText }: JsonPiece): MendedJson {
  if (text.length > longest)
    return {
      reason: `the text has a syntax error, and JSON of more than ${longest} characters is not repaired`,
    };
  const fault = oddText ?? faults.find(([pattern]) => pattern.test(bare))?.[1];
  if (fault !== undefined) return { reason: `the text has ${fault}` };
  try {
    return { value: JSON.parse(jsonrepair(text)) };
  } catch (error) {
    return {
      reason: `the text has a syntax error: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** In characters. With unpaired quotes, a text of this length takes a fraction of a second, a longer one far more. */
const longest = 65_536;

/** Texts outside quotes that the repair would change into other values. */
const faults: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\.\.\.|…/, 'an ellipsis ("...") in place of omitted content'],
  [/:\s*[,}\]]|[,[{]\s*,/, "a missing value"],
  [/[:,[]\s*-(?![\d.])|\d\.(?!\d)|[:,[]\s*-?[\d.]+e(?![+-]?\d)/i, "an incomplete number"],
  [/[:,[]\s*undefined\b/, "an undefined value"],
];
