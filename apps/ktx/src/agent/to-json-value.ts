/**
 * A value as JSON: dates as ISO texts, bigints as digits, sets as lists, maps as lists of keys
 * and values; undefined as null.
 *
 * @throws the errors of `JSON.stringify` and of a `toJSON` of the value.
 */
export function toJsonValue(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "bigint") return String(part);
    if (part instanceof Set) return [...part];
    if (part instanceof Map) return Array.from(part, ([key, entry]) => ({ key, value: entry }));
    return part;
  });
  return text === undefined ? null : JSON.parse(text);
}
