import type { Redactor } from "@ktx/redact";

/** How much of a JSON value is kept. */
export interface ValueBounds {
  /** Characters of each text. */
  readonly text: number;
  /** Characters of all texts and keys together, roughly. */
  readonly whole: number;
}

const longestList = 20;
const deepest = 8;
const mark = "…";
/** What a cut may leave of a character outside the basic plane. */
const halfCharacter = /[\uD800-\uDBFF]$/;

/** A copy of the same shape whose texts are short and free of secrets, and whose lists are short. */
export function boundValue(value: unknown, redactor: Redactor, bounds: ValueBounds): unknown {
  let left = bounds.whole;

  function boundText(text: string): string {
    // A secret that the cut would halve is redacted first.
    const redacted = redactor.head(text, bounds.text + 1);
    const length = Math.max(0, Math.min(bounds.text, left));
    left -= Math.min(redacted.length, length) + 1;
    return redacted.length <= length
      ? redacted
      : `${redacted.slice(0, length).replace(halfCharacter, "")}${mark}`;
  }

  function bound(node: unknown, depth: number): unknown {
    if (typeof node === "string") return boundText(node);
    if (typeof node !== "object" || node === null) return node;
    if (depth === deepest || left <= 0) return mark;
    if (Array.isArray(node))
      return node.slice(0, longestList).map((entry) => bound(entry, depth + 1));
    const entries: readonly (readonly [string, unknown])[] = Object.entries(node);
    return Object.fromEntries(
      entries
        .slice(0, longestList)
        .map(([key, entry]) => [boundText(key), bound(entry, depth + 1)]),
    );
  }

  return bound(value, 0);
}
