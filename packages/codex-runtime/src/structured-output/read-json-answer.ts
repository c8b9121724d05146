import { jsonrepair } from "jsonrepair";

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
  const { spans, isCutOff, levels } = findBracketed(text);
  if (levels > mostLevels)
    return { ok: false, message: `Expected JSON of at most ${mostLevels} levels, got ${levels}.` };
  const whole = parse(text);
  if (whole !== undefined) return { ok: true, value: whole.value, repaired: false };
  if (isCutOff)
    return { ok: false, message: "Expected JSON, but the text breaks off before its end." };
  // An object, as every answer is asked for, goes before a list, such as the [1] of a source. Of either it is
  // the largest piece, and of equal ones the last; whatever parses goes before what is repaired.
  for (const bracket of ["{", "["]) {
    const candidates = spans
      .filter((span) => span.startsWith(bracket))
      .toReversed()
      .toSorted((a, b) => b.length - a.length)
      .slice(0, 5);
    for (const read of [parse, repair])
      for (const candidate of candidates) {
        const found = read(candidate);
        if (found !== undefined) return { ok: true, value: found.value, repaired: true };
      }
  }
  const message = spans.some(({ length }) => length > longestRepair)
    ? `Expected JSON, but it has a fault, and none of more than ${longestRepair} characters is mended.`
    : "Expected JSON, but there is no JSON object or list in the text.";
  return { ok: false, message };
}

/** Far beyond an answer, and well within the stack of whatever checks it. */
const mostLevels = 500;

/** In characters. Where quotes do not pair, up to here takes a fraction of a second, and beyond ever longer. */
const longestRepair = 65_536;

interface Found {
  readonly value: unknown;
}

function parse(text: string): Found | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return;
  }
}

function repair(text: string): Found | undefined {
  if (text.length > longestRepair) return;
  try {
    return parse(jsonrepair(text));
  } catch {
    return;
  }
}

interface Bracketed {
  /** The pieces between a bracket and the one that closes it, those inside others left out. */
  readonly spans: readonly string[];
  readonly isCutOff: boolean;
  /** How deep the brackets go. */
  readonly levels: number;
}

function findBracketed(text: string): Bracketed {
  const spans: string[] = [];
  let depth = 0;
  let levels = 0;
  let start = 0;
  let quote: string | undefined;
  let before = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quote !== undefined) {
      if (character === "\\") index += 1;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || (character === "'" && /[{[,:]/.test(before))) {
      // A single quote is an apostrophe, unless it stands where a text begins.
      quote = depth > 0 ? character : undefined;
    } else if (character === "{" || character === "[") {
      if (depth === 0) start = index;
      depth += 1;
      levels = Math.max(levels, depth);
    } else if ((character === "}" || character === "]") && depth > 0) {
      depth -= 1;
      if (depth === 0) spans.push(text.slice(start, index + 1));
    }
    if (character !== undefined && character.trim() !== "") before = character;
  }
  return { spans, isCutOff: depth > 0, levels };
}
