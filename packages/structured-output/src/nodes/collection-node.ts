import { isJsonObject } from "../wire/fits-wire.ts";
import { type CompiledNode, plain } from "./compiled-node.ts";

/** How many items there may be, as keywords. */
type Limits = Readonly<Record<string, number>>;

/** What a collection is written as, and made of again; `undefined` where it is no such collection. */
interface Form {
  readonly label: string;
  readonly conversion?: string;
  list(value: unknown): Iterable<unknown> | undefined;
  make(items: readonly unknown[]): unknown;
}

/** An array. */
export function arrayNode(items: CompiledNode, limits: Limits): CompiledNode {
  return collectionNode(items, limits, {
    label: "list",
    conversion: plain,
    list: (value) => (Array.isArray(value) ? value : undefined),
    make: (list) => list,
  });
}

/** A `Set`, written as an array. */
export function setNode(items: CompiledNode, limits: Limits): CompiledNode {
  return collectionNode(items, limits, {
    label: "set",
    list: (value) => (value instanceof Set ? value : undefined),
    make: (list) => new Set(list),
  });
}

/** A `Map`, written as a list of `{ key, value }`. */
export function mapNode(key: CompiledNode, value: CompiledNode, limits: Limits): CompiledNode {
  return collectionNode(entryNode(key, value), limits, {
    label: "map",
    list: (map) => (map instanceof Map ? map : undefined),
    make: (entries) => (entries.every(isEntry) ? new Map(entries) : undefined),
  });
}

/** An object whose keys are not known beforehand. */
export interface RecordNode extends CompiledNode {
  readonly value: CompiledNode;
}

/** An object whose keys are not known beforehand, written as a list of `{ key, value }`. */
export function recordNode(key: CompiledNode, value: CompiledNode): RecordNode {
  const node = collectionNode(
    entryNode(key, value),
    {},
    {
      label: "entries",
      conversion: "record",
      list: (record) =>
        typeof record === "object" && record !== null ? Object.entries(record) : undefined,
      // Keys that are no texts would become some, such as "null".
      make: (entries) =>
        entries.every(isEntry) && entries.every(([name]) => typeof name === "string")
          ? Object.fromEntries(entries)
          : undefined,
    },
  );
  return { ...node, value };
}

function collectionNode(item: CompiledNode, limits: Limits, form: Form): CompiledNode {
  return {
    wire: { kind: "array", items: item, keywords: limits },
    label: form.label,
    conversion: form.conversion ?? form.label,
    parts: [item],
    encode(value) {
      const items = form.list(value);
      return items === undefined ? value : Array.from(items, (inner) => item.encode(inner));
    },
    decode: (json) =>
      Array.isArray(json) ? (form.make(json.map((inner) => item.decode(inner))) ?? json) : json,
  };
}

/** A key and its value. What is no entry is read as nothing. */
function entryNode(key: CompiledNode, value: CompiledNode): CompiledNode {
  return {
    wire: { kind: "object", properties: new Map(Object.entries({ key, value })) },
    label: "entry",
    conversion: "entry",
    parts: [key, value],
    encode: (entry) =>
      isEntry(entry) ? { key: key.encode(entry[0]), value: value.encode(entry[1]) } : entry,
    decode: (json) =>
      isJsonObject(json) && "key" in json && "value" in json
        ? [key.decode(json["key"]), value.decode(json["value"])]
        : undefined,
  };
}

function isEntry(entry: unknown): entry is readonly [PropertyKey, unknown] {
  return Array.isArray(entry);
}
