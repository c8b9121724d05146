import { isJsonObject } from "../wire/fits-wire.ts";
import type { WireArray } from "../wire/wire.ts";
import type { CompiledNode } from "./compiled-node.ts";

/** Keys and values, written as a list of `{ key, value }`. */
export interface Entries {
  readonly key: CompiledNode;
  readonly value: CompiledNode;
  readonly wire: WireArray;
}

/** How many entries there may be is among the `limits`, as keywords. */
export function entriesOf(
  key: CompiledNode,
  value: CompiledNode,
  limits: Readonly<Record<string, number>> = {},
): Entries {
  const properties = new Map([
    ["key", key.wire],
    ["value", value.wire],
  ]);
  return {
    key,
    value,
    wire: { kind: "array", items: { kind: "object", properties }, keywords: limits },
  };
}

/** An object whose keys are not known beforehand. */
export function recordNode(entries: Entries): CompiledNode {
  return {
    wire: entries.wire,
    label: "entries",
    conversion: "record",
    parts: [entries.key, entries.value],
    encode: (record) =>
      typeof record === "object" && record !== null
        ? writeEntries(entries, Object.entries(record))
        : record,
    decode: (json) => {
      const named = readNamed(entries, json);
      return named === undefined ? json : Object.fromEntries(named);
    },
  };
}

/** A `Map`. */
export function mapNode(entries: Entries): CompiledNode {
  return {
    wire: entries.wire,
    label: "map",
    conversion: "map",
    parts: [entries.key, entries.value],
    encode: (map) => (map instanceof Map ? writeEntries(entries, map) : map),
    decode: (json) => {
      const read = readEntries(entries, json);
      return read === undefined ? json : new Map(read);
    },
  };
}

export function writeEntries(
  { key, value }: Entries,
  entries: Iterable<readonly [unknown, unknown]>,
): unknown {
  return Array.from(entries, ([name, inner]) => ({
    key: key.encode(name),
    value: value.encode(inner),
  }));
}

/** The entries of an object; not those of other keys, which would become texts such as "null". */
export function readNamed(entries: Entries, json: unknown): [string, unknown][] | undefined {
  const isNamed = (entry: [unknown, unknown]): entry is [string, unknown] =>
    typeof entry[0] === "string";
  const read = readEntries(entries, json);
  return read?.every(isNamed) === true ? read : undefined;
}

function readEntries({ key, value }: Entries, json: unknown): [unknown, unknown][] | undefined {
  if (!Array.isArray(json)) return;
  const entries: [unknown, unknown][] = [];
  for (const entry of json) {
    if (!isJsonObject(entry) || !("key" in entry) || !("value" in entry)) return;
    entries.push([key.decode(entry["key"]), value.decode(entry["value"])]);
  }
  return entries;
}
