import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { entriesNode, recordNode } from "../nodes/entries-node.ts";
import { objectNode, type ObjectParts } from "../nodes/object-node.ts";
import { isJsonObject } from "../wire/fits-wire.ts";
import { isMissed, openObjectNode } from "./compile-object.ts";
import { compileOthers, type Others } from "./compile-others.ts";
import type { ObjectFace } from "./face.ts";
import { isNothing, type Met } from "./met.ts";
import { optionalOf } from "./optional-of.ts";
import { propertyPath } from "./property-path.ts";
import type { Walk } from "./walk.ts";

/** An object that several sides describe. */
export function compileMerged(
  { shape, catchalls }: ObjectFace,
  path: string,
  walk: Walk,
  /** Compiles what must fit each of some schemas. */
  compileEach: (schemas: readonly z.core.SomeType[], path: string, walk: Walk) => Met,
): Met {
  const properties = new Map<string, CompiledNode>();
  const mustBeThere = (key: string): boolean =>
    shape.get(key)?.some((schema) => isMissed(key, schema)) === true;
  for (const [key, own] of shape) {
    const others = catchalls.flatMap((catchall) => catchall.valueAt(key) ?? []);
    // What is for any key says nothing about whether this one is there.
    const asked = mustBeThere(key) ? others : others.map(optionalOf);
    const met = compileEach([...own, ...asked], propertyPath(path, key), walk);
    if (isNothing(met)) return met;
    properties.set(key, met);
  }
  const place = `${path}{}`;
  const others = compileOthers(catchalls, place, walk, (schemas) =>
    compileEach(schemas, place, walk),
  );
  if (others === undefined) return objectNode({ properties, mustBeThere });
  // Where no other property fits all sides, those that are named may.
  if (isNothing(others))
    return properties.size === 0 ? others : objectNode({ properties, mustBeThere });
  return openNode({ properties, mustBeThere }, others);
}

/** An object with others; of others alone it is a record. What has another key is not written. */
function openNode(known: Omit<ObjectParts, "others">, { value, only }: Others): CompiledNode {
  if (only === undefined) return openObjectNode(known, value);
  const { properties } = known;
  const node =
    properties.size === 0
      ? recordNode(only.key, value)
      : objectNode({ ...known, others: entriesNode(only.key, value) });
  const isTaken = ([name]: [string, unknown]) => properties.has(name) || only.takes(name);
  const taken = (whole: unknown) =>
    isJsonObject(whole) ? Object.fromEntries(Object.entries(whole).filter(isTaken)) : whole;
  return { ...node, encode: (whole) => node.encode(taken(whole)) };
}
