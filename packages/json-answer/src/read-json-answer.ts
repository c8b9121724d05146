import { isDeepStrictEqual } from "node:util";
import { findJsonPieces, type JsonPiece, mostLevels } from "./find-json-pieces.ts";
import { type MendedJson, mendJson } from "./mend-json.ts";

/** The result of reading a text as JSON. */
export type JsonAnswer =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** True when the text was not exactly JSON: it had prose or a fence around it, or a trailing comma. */
      readonly repaired: boolean;
    }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the JSON object or list that a model answered with: the whole text, or the one piece of it that is JSON,
 * out of fences and prose, without what the model only thought, and with small faults mended.
 *
 * A text that only talks, or that breaks off, is no answer: completing it would invent or lose data. Nor is one
 * with several pieces that differ: only the model knows which of them it means.
 */
export function readJsonAnswer(text: string): JsonAnswer {
  const whole = parse(text);
  const read = whole && ({ ok: true, value: whole.value, repaired: false } as const);
  // Without more brackets than levels there is nothing to measure.
  if (read !== undefined && text.split(/[{[]/, mostLevels + 2).length <= mostLevels + 1)
    return read;
  const { pieces, isCutOff, levels } = findJsonPieces(text);
  if (levels > mostLevels)
    return none(`Expected JSON of at most ${mostLevels} levels, got ${levels}.`);
  if (read !== undefined) return read;
  if (isCutOff) return none("Expected JSON, but the text breaks off before its end.");
  const [first, ...others] = candidatesAmong(pieces).map(
    (piece) => parse(piece.text) ?? mendJson(piece),
  );
  if (first === undefined)
    return none("Expected JSON, but there is no JSON object or list in the text.");
  if (!others.every((other) => isSame(first, other)))
    return none(
      "Expected exactly one JSON object, but the text has several that differ. Send only the final one.",
    );
  return "value" in first
    ? { ok: true, value: first.value, repaired: true }
    : none(`Expected JSON, but ${first.reason}.`);
}

/** Beside an object, such as every answer is asked for, a list without one is the number of a source or so. */
function candidatesAmong(pieces: readonly JsonPiece[]): readonly JsonPiece[] {
  const withObjects = pieces.filter(({ bare }) => bare.includes("{"));
  return withObjects.some(({ bare }) => bare.startsWith("{")) ? withObjects : pieces;
}

/** Two pieces that no one can read are not known to be the same. */
function isSame(one: MendedJson, other: MendedJson): boolean {
  return "value" in one && "value" in other && isDeepStrictEqual(one.value, other.value);
}

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
