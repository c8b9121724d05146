import type { OpenJson } from "@ktx/json-answer";
import { hasRoom, isJsonObject } from "@ktx/json-answer/wire";
import type { CompiledNode } from "./compiled-node.ts";
import { decodeComplete, decodeOpen } from "./decode-open.ts";

/** The number of items, as keywords. */
type Limits = Readonly<Record<string, number>>;

/** The form of a collection and its two conversions; `undefined` for a value that is not such a collection. */
interface Collection extends Pick<CompiledNode, "label" | "conversion"> {
  readonly items: CompiledNode;
  readonly limits?: Limits;
  list(value: unknown): Iterable<unknown> | undefined;
  make(items: readonly unknown[]): unknown;
}

export function arrayNode(items: CompiledNode, limits: Limits): CompiledNode {
  return collectionNode({
    items,
    limits,
    label: "list",
    list: (value) => (Array.isArray(value) ? value : undefined),
    make: (list) => list,
  });
}

/** A `Set`, written as an array. */
export function setNode(items: CompiledNode, limits: Limits): CompiledNode {
  return collectionNode({
    items,
    limits,
    label: "set",
    conversion: "set",
    list: (value) => (value instanceof Set ? value : undefined),
    make: (list) => new Set(list),
  });
}

/** A `Map`, written as a list of `{ key, value }`. */
export function mapNode(key: CompiledNode, value: CompiledNode, limits: Limits): CompiledNode {
  return collectionNode({
    items: entryNode(key, value),
    limits,
    label: "map",
    conversion: "map",
    list: (map) => (map instanceof Map ? map : undefined),
    make: (entries) => (entries.every(isEntry) ? new Map(entries) : undefined),
  });
}

export interface RecordNode extends CompiledNode {
  readonly value: CompiledNode;
}

/** An object whose keys are not known in advance, written as a list of `{ key, value }`. */
export function recordNode(key: CompiledNode, value: CompiledNode): RecordNode {
  const node = collectionNode({
    items: entryNode(key, value),
    label: "entries",
    conversion: "record",
    list: (record) =>
      typeof record === "object" && record !== null ? Object.entries(record) : undefined,
    // A key that is not a string would become one, such as "null".
    make: (entries) =>
      entries.every(isEntry) && entries.every(([name]) => typeof name === "string")
        ? Object.fromEntries(entries)
        : undefined,
  });
  return { ...node, value };
}

function collectionNode({ items, limits, list, make, ...own }: Collection): CompiledNode {
  const wire = { kind: "array", items, keywords: limits } as const;
  return {
    ...own,
    wire,
    parts: [items],
    encode(value) {
      const listed = list(value);
      return listed === undefined ? value : Array.from(listed, (item) => items.encode(item));
    },
    decode: (json) =>
      Array.isArray(json) ? (make(json.map((item) => items.decode(item))) ?? json) : json,
    decodeOpen(open) {
      const listed = decodeItems(items, open);
      if (listed === undefined || !hasRoom(listed.all.length, wire)) return "refused";
      // Half an entry has no value, and half an item of a set is another item.
      const value = make(own.conversion === undefined ? listed.all : listed.complete);
      return value === undefined ? "none" : { value };
    },
  };
}

/** The items of a list that is being written; undefined for one that its schema refuses. */
export function decodeItems(
  items: CompiledNode,
  open: OpenJson,
): { readonly complete: readonly unknown[]; readonly all: readonly unknown[] } | undefined {
  if (open.kind !== "list") return;
  const last = open.last ? decodeOpen(items, open.last) : "none";
  if (last === "refused") return;
  const complete: unknown[] = [];
  for (const json of open.items) {
    const item = decodeComplete(items, json);
    if (item === undefined) return;
    complete.push(item.value);
  }
  return { complete, all: last === "none" ? complete : [...complete, last.value] };
}

/** A key and its value; undefined for JSON that is not an entry. */
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
