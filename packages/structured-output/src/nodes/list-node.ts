import type { Wire } from "../wire/wire.ts";
import { type CompiledNode, plain } from "./compiled-node.ts";

type Limits = Readonly<Record<string, number>>;

/** An array. */
export function arrayNode(items: CompiledNode, limits: Limits): CompiledNode {
  return {
    wire: listWire(items, limits),
    label: "list",
    conversion: plain,
    parts: [items],
    encode: (value) => mapArray(value, items.encode),
    decode: (json) => mapArray(json, items.decode),
  };
}

/** A `Set`, written as an array. */
export function setNode(items: CompiledNode, limits: Limits): CompiledNode {
  return {
    wire: listWire(items, limits),
    label: "set",
    conversion: "set",
    parts: [items],
    encode: (value) => (value instanceof Set ? Array.from(value, items.encode) : value),
    decode: (json) => (Array.isArray(json) ? new Set(json.map(items.decode)) : json),
  };
}

function listWire(items: CompiledNode, limits: Limits): Wire {
  return { kind: "array", items: items.wire, keywords: limits };
}

function mapArray(value: unknown, convert: (item: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map((item) => convert(item)) : value;
}
