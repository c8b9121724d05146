import { isJsonObject } from "../wire/fits-wire.ts";
import { bareWire, type Wire } from "../wire/wire.ts";
import { type CompiledNode, plain } from "./compiled-node.ts";
import { type Entries, readNamed, recordNode, writeEntries } from "./entries-node.ts";

/** What an object is made of: its known properties, and how the others are written, if it may have any. */
export interface ObjectParts {
  readonly properties: ReadonlyMap<string, CompiledNode>;
  readonly others?: Entries | undefined;
  /** Whether any other property is refused, instead of dropped. */
  readonly isStrict?: boolean;
  /** Whether a property has to be there even where it is `undefined`. @default none has to */
  readonly mustBeThere?: (key: string) => boolean;
}

/**
 * An object. The model writes every property; one that decodes to `undefined` is left out where it may be.
 * Properties that it may have besides are written as a list of entries under a name of their own; an object of
 * these alone is a record. Constants come first, because the service tells variants apart by their first key.
 */
export function objectNode(object: ObjectParts): CompiledNode {
  const { properties, others, mustBeThere = () => false } = object;
  if (others !== undefined && properties.size === 0) return { ...recordNode(others), object };
  const othersKey = others && freeKey(properties);
  const wires = new Map<string, Wire>();
  for (const constants of [true, false])
    for (const [key, node] of properties)
      if (isConstant(node.wire) === constants) wires.set(key, node.wire);
  if (others && othersKey !== undefined) wires.set(othersKey, others.wire);

  return {
    wire: { kind: "object", properties: wires },
    label: "object",
    conversion: othersKey === undefined ? plain : `object with others as ${othersKey}`,
    parts: [
      ...[...properties.keys()].toSorted().flatMap((key) => properties.get(key) ?? []),
      ...(others ? [others.key, others.value] : []),
    ],
    object,
    encode(value) {
      if (!isObject(value)) return value;
      const entries = [...properties].map(([key, node]): [string, unknown] => [
        key,
        node.encode(Object.hasOwn(value, key) ? value[key] : undefined),
      ]);
      if (others && othersKey !== undefined) {
        const rest = Object.entries(value).filter(([key]) => !properties.has(key));
        entries.push([othersKey, writeEntries(others, rest)]);
      }
      return Object.fromEntries(entries);
    },
    decode(json) {
      if (!isJsonObject(json)) return json;
      const known = Object.entries(json).flatMap(([key, inner]): [string, unknown][] => {
        if (key === othersKey && others) {
          const entries = readNamed(others, listed(inner));
          return entries?.filter(([name]) => !properties.has(name)) ?? [[key, inner]];
        }
        const decoded = properties.has(key) ? properties.get(key)?.decode(inner) : inner;
        return decoded === undefined && !mustBeThere(key) ? [] : [[key, decoded]];
      });
      return Object.fromEntries(known);
    },
  };
}

function freeKey(properties: ReadonlyMap<string, unknown>): string {
  let key = "otherProperties";
  while (properties.has(key)) key += "_";
  return key;
}

function isConstant(wire: Wire): boolean {
  if (wire.kind === "later") return false;
  const bare = bareWire(wire);
  return bare?.kind === "value" && bare.values !== undefined && bare.values.length === 1;
}

/** Without strict mode, other properties may also come as an object, or as null. */
function listed(json: unknown): unknown {
  if (json === null) return [];
  if (!isJsonObject(json)) return json;
  return Object.entries(json).map(([key, value]) => ({ key, value }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
