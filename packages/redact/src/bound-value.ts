import type { Redactor } from "./redactor.ts";

/** The kept size of a JSON value. */
export interface ValueBounds {
  /** Characters of each text. */
  readonly text: number;
  /** Characters of all texts and keys together, roughly. */
  readonly whole: number;
}

const longestList = 20;
const deepest = 8;
const mark = "…";
/** The half of a character outside the basic plane that a cut may leave. */
const halfCharacter = /[\uD800-\uDBFF]$/;

/** A copy of the same shape with short texts without secrets, and short lists. */
export function boundValue(value: unknown, redactor: Redactor, bounds: ValueBounds): unknown {
  let left = bounds.whole;

  function boundText(text: string): string {
    // Redacts first, so that the cut cannot hide half of a secret.
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
