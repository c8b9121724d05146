import { isJsonObject } from "@ktx/json-answer/wire";
import type { RecordNode } from "./collection-node.ts";
import { type CompiledNode, nodeWith } from "./compiled-node.ts";
import { decodeComplete, decodeOpen } from "./decode-open.ts";

/** The parts of an object: its known properties, and the form of other properties, if they are allowed. */
export interface ObjectParts {
  readonly properties: ReadonlyMap<string, CompiledNode>;
  readonly others?: RecordNode | undefined;
  /** True when another property is refused; false when it is dropped. */
  readonly isStrict?: boolean;
  /** True for a property that must exist even when it is `undefined`. @default none */
  readonly mustBeThere?: (key: string) => boolean;
}

/**
 * An object. The model writes every property; a property that decodes to `undefined` is omitted where the schema
 * allows it. Other properties are a list of entries under a separate key. Constants come first, so that a union can
 * distinguish its options by them.
 */
export function objectNode(object: ObjectParts): CompiledNode {
  const { properties, others, mustBeThere = () => false } = object;
  if (others !== undefined && properties.size === 0)
    return nodeWith<CompiledNode>(others, { object });
  const all = new Map(properties);
  const othersKey = others && freeKey(properties);
  if (others && othersKey !== undefined) all.set(othersKey, others);

  const mayHave = (key: string): boolean => all.has(key) || object.isStrict !== true;
  /** The properties of the value that come from a property of the JSON. */
  const placed = (key: string, value: unknown, json = value): [string, unknown][] => {
    if (key === othersKey)
      return isJsonObject(value)
        ? Object.entries(value).filter(([name]) => !properties.has(name))
        : [[key, json]];
    return value === undefined && !mustBeThere(key) ? [] : [[key, value]];
  };

  return {
    wire: {
      kind: "object",
      properties: new Map(
        [...all].toSorted(([, a], [, b]) => Number(isConstant(b)) - Number(isConstant(a))),
      ),
    },
    label: "object",
    conversion: othersKey === undefined ? undefined : "object with others",
    parts: [...all.values()],
    object,
    holds: (json) => !isJsonObject(json) || Object.keys(json).every(mayHave),
    encode(value) {
      if (typeof value !== "object" || value === null) return value;
      const given = new Map(Object.entries(value));
      const rest = [...given].filter(([key]) => !properties.has(key));
      const inner = (key: string) =>
        key === othersKey ? Object.fromEntries(rest) : given.get(key);
      return Object.fromEntries([...all].map(([key, part]) => [key, part.encode(inner(key))]));
    },
    decode(json) {
      if (!isJsonObject(json)) return json;
      const known = Object.entries(json).flatMap(([key, inner]) => {
        if (key === othersKey) return placed(key, others?.decode(listed(inner)), inner);
        const property = properties.get(key);
        return placed(key, property ? property.decode(inner) : inner);
      });
      return Object.fromEntries(known);
    },
    decodeOpen(open) {
      if (open.kind !== "object") return "refused";
      const known: [string, unknown][] = [];
      for (const [key, json] of Object.entries(open.members)) {
        const property = all.get(key);
        const part = property ? decodeComplete(property, json) : { value: json };
        if (part === undefined || !mayHave(key)) return "refused";
        for (const entry of placed(key, part.value)) known.push(entry);
      }
      if (open.last === undefined) return { value: Object.fromEntries(known) };
      const { key, json } = open.last;
      if (!mayHave(key)) return "refused";
      const property = all.get(key);
      const last = property ? decodeOpen(property, json) : "none";
      if (last === "refused") return last;
      const more = last === "none" ? [] : placed(key, last.value);
      return { value: Object.fromEntries([...known, ...more]) };
    },
  };
}

function freeKey(properties: ReadonlyMap<string, unknown>): string {
  let key = "otherProperties";
  while (properties.has(key)) key += "_";
  return key;
}

/** False for a union, which is planned when all nodes are complete. */
function isConstant(node: CompiledNode): boolean {
  if (node.options !== undefined || node.wire?.kind !== "value") return false;
  return node.wire.values?.length === 1;
}

/** Without strict mode, other properties may also come as an object, or as null. */
function listed(json: unknown): unknown {
  if (json === null) return [];
  if (!isJsonObject(json)) return json;
  return Object.entries(json).map(([key, value]) => ({ key, value }));
}
