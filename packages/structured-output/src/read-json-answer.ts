import { findJsonPieces } from "./find-json-pieces.ts";
import { mendJson } from "./mend-json.ts";

/** What was found in a text that should be JSON. */
export type JsonAnswer =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Whether the text was more or less than JSON: prose or a fence around it, a trailing comma. */
      readonly repaired: boolean;
    }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the JSON object or list that a model answered with, also out of fences and prose and with small faults.
 * A text that only talks, or that breaks off, is no answer: completing it would invent or lose data.
 */
export function readJsonAnswer(text: string): JsonAnswer {
  const { pieces, isCutOff, levels } = findJsonPieces(text);
  if (levels > mostLevels)
    return none(`Expected JSON of at most ${mostLevels} levels, got ${levels}.`);
  const whole = parse(text);
  if (whole !== undefined) return { ok: true, value: whole.value, repaired: false };
  if (isCutOff) return none("Expected JSON, but the text breaks off before its end.");
  // An object, as every answer is asked for, goes before a list, such as the [1] of a source. Of either it is
  // the largest piece, and of equal ones the last; whatever parses goes before what is mended.
  for (const bracket of ["{", "["]) {
    const candidates = pieces
      .filter((piece) => piece.text.startsWith(bracket))
      .toReversed()
      .toSorted((a, b) => b.text.length - a.text.length)
      .slice(0, 5);
    const [largest] = candidates;
    if (largest === undefined) continue;
    const parsed = candidates
      .map((piece) => parse(piece.text))
      .find((found) => found !== undefined);
    const found = parsed ?? mendJson(largest);
    return "value" in found
      ? { ok: true, value: found.value, repaired: true }
      : none(`Expected JSON, but ${found.reason}.`);
  }
  return none("Expected JSON, but there is no JSON object or list in the text.");
}

/** Far beyond an answer, and well within the stack of whatever checks it. */
const mostLevels = 500;

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return;
  }
}

function none(message: string): JsonAnswer {
  return { ok: false, message };
}
