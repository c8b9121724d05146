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
 * Reads the JSON object or list in a model's answer: the whole text, or its one piece of JSON among prose, fences and
 * reasoning. Small faults are repaired.
 *
 * It refuses an incomplete text, since completing it would invent or lose data, and a text with several different
 * pieces, since only the model knows which of them it means.
 */
export function readJsonAnswer(text: string): JsonAnswer {
  const whole = parse(text);
  const read = whole && ({ ok: true, value: whole.value, repaired: false } as const);
  // A text with few brackets cannot have too many levels.
  if (read !== undefined && text.split(/[{[]/, mostLevels + 2).length <= mostLevels + 1)
    return read;
  const { pieces, isCutOff, levels } = findJsonPieces(text);
  if (levels > mostLevels)
    return none(`Expected JSON of at most ${mostLevels} levels, got ${levels}.`);
  if (read !== undefined) return read;
  if (isCutOff) return none("Expected JSON, but the text ends before the JSON is complete.");
  const [first, ...others] = candidatesAmong(pieces).map(
    (piece) => parse(piece.text) ?? mendJson(piece),
  );
  if (first === undefined)
    return none("Expected JSON, but the text contains no JSON object or list.");
  if (!others.every((other) => isSame(first, other)))
    return none(
      "Expected exactly one JSON object, but the text contains several different ones. Send only the final one.",
    );
  return "value" in first
    ? { ok: true, value: first.value, repaired: true }
    : none(`Expected JSON, but ${first.reason}.`);
}

/** Every answer should be an object. Beside one, a list without objects is something else, such as `[1]` for a source. */
function candidatesAmong(pieces: readonly JsonPiece[]): readonly JsonPiece[] {
  const withObjects = pieces.filter(({ bare }) => bare.includes("{"));
  return withObjects.some(({ bare }) => bare.startsWith("{")) ? withObjects : pieces;
}

/** True for equal values; two unreadable pieces count as different. */
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
