/** True where both are the same JSON; bytes are compared as bytes, and keys without a value do not count. Pure. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (one instanceof Uint8Array || other instanceof Uint8Array)
    return (
      one instanceof Uint8Array && other instanceof Uint8Array && Buffer.compare(one, other) === 0
    );
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((each, at) => isSameValue(each, other[at]))
    );
  // A URL or a date.
  if ("toJSON" in one || "toJSON" in other) return JSON.stringify(one) === JSON.stringify(other);
  const values = entriesOf(one);
  const others = new Map(entriesOf(other));
  return (
    values.length === others.size &&
    values.every(([key, value]) => others.has(key) && isSameValue(value, others.get(key)))
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function entriesOf(value: object): readonly (readonly [key: string, value: unknown])[] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}
