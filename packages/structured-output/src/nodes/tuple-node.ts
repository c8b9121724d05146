import { isJsonObject, mayFitWire, type Written } from "@ktx/json-answer/wire";
import { decodeItems } from "./collection-node.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { decodeOpen } from "./decode-open.ts";

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
    decodeOpen(open) {
      if (open.kind !== "object") return "refused";
      const { members, last } = open;
      const mayHave = ([key, json]: [string, unknown]) => {
        const property = properties.get(key);
        return property !== undefined && mayFitWire(json, property);
      };
      if (!Object.entries(members).every(mayHave)) return "refused";
      if (last !== undefined && !properties.has(last.key)) return "refused";
      const values: unknown[] = [];
      for (const [key, node] of items.entries()) {
        if (!Object.hasOwn(members, key)) break;
        values.push(node.decode(members[key]));
      }
      const next = items[values.length];
      if (next !== undefined) {
        const value = last?.key === `${values.length}` ? decodeOpen(next, last.json) : "none";
        if (value === "refused") return value;
        if (value !== "none") values.push(value.value);
      } else if (rest) {
        const complete: unknown[] = Array.isArray(members["rest"]) ? members["rest"] : [];
        const json =
          last?.key === "rest" ? last.json : ({ kind: "list", items: complete } as const);
        const more = decodeItems(rest, json);
        if (more === undefined) return "refused";
        values.push(...more.all);
      }
      return { value: values.slice(0, values.findLastIndex((item) => item !== undefined) + 1) };
    },
  };
}
