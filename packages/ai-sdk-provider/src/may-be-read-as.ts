import { isSameValue } from "./same-value.ts";

/**
 * True where a validator of this JSON Schema may have read the written input as `read`: it drops unknown keys, fills in
 * defaults, and converts a plain value, such as `"5"` to `5`. Any other difference is an edit. Pure.
 */
export function mayBeReadAs(written: unknown, read: unknown, schema: unknown): boolean {
  if (isSameValue(written, read)) return true;
  if (!isObject(written)) return isConverted(written, read);
  if (!isObject(read) || Array.isArray(written) !== Array.isArray(read)) return false;
  if (Array.isArray(written) && Array.isArray(read))
    return (
      written.length === read.length &&
      written.every((each, at) => mayBeReadAs(each, read[at], partOf(schema, "items")))
    );
  const known = partOf(schema, "properties");
  const mayLack = (key: string): boolean =>
    partOf(written, key) === null || partOf(known, key) === undefined;
  const mayGain = (key: string): boolean =>
    known === undefined || partOf(partOf(known, key), "default") !== undefined;
  return Object.keys({ ...written, ...read }).every((key) => {
    const [before, now] = [partOf(written, key), partOf(read, key)];
    if (now === undefined) return before === undefined || mayLack(key);
    if (before === undefined) return mayGain(key);
    return mayBeReadAs(before, now, partOf(known, key));
  });
}

/** True for the same text without the spaces around it, and for a date in another form. */
function isConverted(written: unknown, read: unknown): boolean {
  if (read instanceof Date || (typeof read === "string" && isoDate.test(read)))
    return Date.parse(String(written)) === new Date(read).getTime();
  return !isObject(read) && String(written).trim() === String(read);
}

const isoDate = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An own property of a value; undefined where it has none. */
function partOf(value: unknown, key: string): unknown {
  return isObject(value) ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}
