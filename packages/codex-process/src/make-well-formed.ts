/**
 * The same JSON value with every text and every key in well-formed Unicode: a surrogate without its other
 * half, as `"😀".slice(0, 1)` leaves it, becomes U+FFFD. JSON and TOML cannot carry such a half, and Codex
 * does not answer a request that has one. Pure.
 */
function makeWellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(makeWellFormed);
  if (typeof value === "object" && value !== null) return makeRecordWellFormed(value);
  return value;
}

export function makeRecordWellFormed(record: object): Record<string, unknown> {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(record);
  return Object.fromEntries(
    entries.map(([key, value]) => [key.toWellFormed(), makeWellFormed(value)]),
  );
}
