import { isJsonObject, mayFitWire } from "@ktx/json-answer/wire";
import type { RecordNode } from "./collection-node.ts";
import { type CompiledNode, nodeWith } from "./compiled-node.ts";
import { decodeOpen } from "./decode-open.ts";

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

  const node: CompiledNode = {
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
      const known = Object.entries(json).flatMap(([key, inner]): [string, unknown][] => {
        if (key === othersKey) {
          const record = others?.decode(listed(inner));
          if (!isJsonObject(record)) return [[key, inner]];
          return Object.entries(record).filter(([name]) => !properties.has(name));
        }
        const decoded = properties.has(key) ? properties.get(key)?.decode(inner) : inner;
        return decoded === undefined && !mustBeThere(key) ? [] : [[key, decoded]];
      });
      return Object.fromEntries(known);
    },
    decodeOpen(open) {
      if (open.kind !== "object") return "refused";
      const fits = ([key, json]: [string, unknown]) =>
        mayHave(key) && mayFitWire(json, all.get(key) ?? { wire: undefined });
      if (!Object.entries(open.members).every(fits)) return "refused";
      const known = Object.entries(Object(node.decode(open.members)));
      if (open.last === undefined) return { value: Object.fromEntries(known) };
      const { key, json } = open.last;
      if (!mayHave(key)) return "refused";
      const property = all.get(key);
      const last = property ? decodeOpen(property, json) : "none";
      if (last === "refused") return last;
      const more = last === "none" ? {} : key === othersKey ? last.value : { [key]: last.value };
      return { value: Object.fromEntries([...known, ...Object.entries(Object(more))]) };
    },
  };
  return node;
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
