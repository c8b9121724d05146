import { isJsonObject } from "../wire/fits-wire.ts";
import type { Written } from "../wire/wire.ts";
import type { CompiledNode } from "./compiled-node.ts";

/** A tuple as an object of positions `"0"`, `"1"`, … and an array `"rest"`: strict arrays have items of one kind only. */
export function tupleNode(
  items: readonly CompiledNode[],
  rest?: CompiledNode,
  /** The number of required positions, which must exist even when they are `undefined`. */
  least = 0,
): CompiledNode {
  const properties = new Map<string, Written>(items.map((item, index) => [`${index}`, item]));
  if (rest) properties.set("rest", { wire: { kind: "array", items: rest } });
  return {
    wire: { kind: "object", properties },
    label: "tuple",
    conversion: "tuple",
    parts: rest ? [...items, rest] : items,
    encode(value) {
      if (!Array.isArray(value)) return value;
      const positions = items.map((item, index) => [`${index}`, item.encode(value[index])]);
      const more = value.slice(items.length).map((item) => rest?.encode(item));
      return Object.fromEntries(rest ? [...positions, ["rest", more]] : positions);
    },
    decode(json) {
      if (!isJsonObject(json) || Object.keys(json).some((key) => !properties.has(key))) return json;
      if (rest && "rest" in json && !Array.isArray(json["rest"])) return json;
      const positions = items.map((item, index) => item.decode(json[`${index}`]));
      const more: unknown[] = rest && Array.isArray(json["rest"]) ? json["rest"] : [];
      // A missing position at the end stays missing; before a present position it is undefined.
      const told = positions.findLastIndex((item) => item !== undefined) + 1;
      const last = more.length > 0 ? items.length : Math.max(told, least);
      return [...positions.slice(0, last), ...more.map((item) => rest?.decode(item))];
    },
  };
}
