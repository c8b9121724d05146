import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { entriesNode, recordNode } from "../nodes/entries-node.ts";
import { objectNode, type ObjectParts } from "../nodes/object-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { anyString } from "../wire/wire.ts";
import { propertyPath } from "./property-path.ts";
import { refuse } from "./refuse.ts";
import type { Walk } from "./walk.ts";

/** An object: zod drops what it does not know, unless there is a catchall for it. */
export function compileObject(def: z.core.$ZodObjectDef, path: string, walk: Walk): CompiledNode {
  if (Object.getOwnPropertySymbols(def.shape).length > 0) throw refuse("symbol", path);
  const properties = Object.keys(def.shape).flatMap((key): [string, CompiledNode][] => {
    const schema = def.shape[key];
    return schema ? [[key, walk.compile(schema, propertyPath(path, key))]] : [];
  });
  const mustBeThere = (key: string): boolean => isMissed(key, def.shape[key]);
  const { catchall } = def;
  const isOpen = catchall !== undefined && catchall._zod.def.type !== "never";
  return openObjectNode(
    { properties: new Map(properties), mustBeThere },
    isOpen ? walk.compile(catchall, `${path}{}`) : undefined,
  );
}

/**
 * Whether zod wants to see a property even where it is `undefined`: what is not `.optional()` and the like,
 * and what it would find on the prototype otherwise.
 */
export function isMissed(key: string, schema: z.core.SomeType | undefined): boolean {
  return schema !== undefined && (schema._zod.optin === undefined || key in Object.prototype);
}

/** An object of these properties and, where there is a node for their values, others; of others alone it is a record. */
export function openObjectNode(
  known: Omit<ObjectParts, "others">,
  value: CompiledNode | undefined,
): CompiledNode {
  if (value === undefined) return objectNode(known);
  const key = plainNode(anyString);
  return known.properties.size === 0
    ? recordNode(key, value)
    : objectNode({ ...known, others: entriesNode(key, value) });
}
