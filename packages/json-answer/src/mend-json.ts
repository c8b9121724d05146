import { jsonrepair } from "jsonrepair";
import type { JsonPiece } from "./find-json-pieces.ts";

/** The JSON that a piece of text was meant to be, or why no one can say. */
export type MendedJson = { readonly value: unknown } | { readonly reason: string };

/**
 * Mends small faults, such as a trailing comma, other quotes or a comment. What can only be mended by making
 * something up or leaving something out is not.
 */
export function mendJson({ text, bare, oddText }: JsonPiece): MendedJson {
  if (text.length > longest)
    return { reason: `it has a fault, and none of more than ${longest} characters is mended` };
  const fault = oddText ?? faults.find(([pattern]) => pattern.test(bare))?.[1];
  if (fault !== undefined) return { reason: `it has ${fault}` };
  try {
    return { value: JSON.parse(jsonrepair(text)) };
  } catch (error) {
    return { reason: `it has a fault: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** In characters. Where quotes do not pair, up to here takes a fraction of a second, and beyond ever longer. */
const longest = 65_536;

/** Texts outside of quotes that the repair would change into other values. */
const faults: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\.\.\.|…/, 'an ellipsis ("...") for something that is left out'],
  [/:\s*[,}\]]|[,[{]\s*,/, "a place where a value is missing"],
  [/[:,[]\s*-(?![\d.])|\d\.(?!\d)|[:,[]\s*-?[\d.]+e(?![+-]?\d)/i, "a number that is not complete"],
  [/[:,[]\s*undefined\b/, "an undefined value"],
];
