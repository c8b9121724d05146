import { isJsonObject } from "../wire/fits-wire.ts";
import type { Wire, WireArray } from "../wire/wire.ts";
import type { CompiledNode } from "./compiled-node.ts";

/** Keys and values, written as a list of `{ key, value }`. */
export interface EntriesNode {
  readonly wire: Wire;
  readonly parts: readonly CompiledNode[];
  encodeEntries(entries: Iterable<readonly [unknown, unknown]>): unknown;
  /** Also those of an object, as they would be without strict mode, and none of null. `undefined` for anything else. */
  decodeEntries(json: unknown): [string, unknown][] | undefined;
}

/** The entries of an object whose keys are not known beforehand. */
export function entriesNode(key: CompiledNode, value: CompiledNode): EntriesNode {
  return {
    wire: entriesWire(key, value),
    parts: [key, value],
    encodeEntries: (entries) => encodeAll(key, value, entries),
    decodeEntries: (json) => namedOnly(decodeAll(key, value, listed(json))),
  };
}

/** An object whose keys are not known beforehand. */
export function recordNode(key: CompiledNode, value: CompiledNode): CompiledNode {
  return {
    wire: entriesWire(key, value),
    label: "entries",
    conversion: "record",
    parts: [key, value],
    encode: (record) =>
      typeof record === "object" && record !== null
        ? encodeAll(key, value, Object.entries(record))
        : record,
    decode: (json) => {
      const entries = namedOnly(decodeAll(key, value, json));
      return entries === undefined ? json : Object.fromEntries(entries);
    },
  };
}

/** A `Map`. */
export function mapNode(
  key: CompiledNode,
  value: CompiledNode,
  limits: Readonly<Record<string, number>>,
): CompiledNode {
  return {
    wire: { ...entriesWire(key, value), keywords: limits },
    label: "map",
    conversion: "map",
    parts: [key, value],
    encode: (map) => (map instanceof Map ? encodeAll(key, value, map) : map),
    decode: (json) => {
      const entries = decodeAll(key, value, json);
      return entries === undefined ? json : new Map(entries);
    },
  };
}

function entriesWire(key: CompiledNode, value: CompiledNode): WireArray {
  return {
    kind: "array",
    items: {
      kind: "object",
      properties: new Map([
        ["key", key.wire],
        ["value", value.wire],
      ]),
    },
  };
}

function encodeAll(
  key: CompiledNode,
  value: CompiledNode,
  entries: Iterable<readonly [unknown, unknown]>,
): unknown {
  return Array.from(entries, ([name, inner]) => ({
    key: key.encode(name),
    value: value.encode(inner),
  }));
}

function decodeAll(
  key: CompiledNode,
  value: CompiledNode,
  json: unknown,
): [unknown, unknown][] | undefined {
  if (!Array.isArray(json)) return;
  const entries: [unknown, unknown][] = [];
  for (const entry of json) {
    if (!isJsonObject(entry) || !("key" in entry) || !("value" in entry)) return;
    entries.push([key.decode(entry["key"]), value.decode(entry["value"])]);
  }
  return entries;
}

function listed(json: unknown): unknown {
  if (json === null) return [];
  if (!isJsonObject(json)) return json;
  return Object.entries(json).map(([key, value]) => ({ key, value }));
}

/** The entries of an object; not those of other keys, which would become texts such as "null". */
function namedOnly(entries: [unknown, unknown][] | undefined): [string, unknown][] | undefined {
  const isNamed = (entry: [unknown, unknown]): entry is [string, unknown] =>
    typeof entry[0] === "string";
  return entries?.every(isNamed) === true ? entries : undefined;
}
