/**
 * A value as JSON can say it: dates as ISO texts, bigints as digits, sets as lists, maps as lists of keys
 * and values; nothing, as null.
 *
 * @throws what `JSON.stringify` throws, and what a `toJSON` of the value's does.
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
