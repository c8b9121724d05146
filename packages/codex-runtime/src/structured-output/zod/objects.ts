import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { type EntriesNode, entriesNode } from "../nodes/entries-node.ts";
import { objectNode } from "../nodes/object-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { anyString } from "../wire/wire.ts";
import { propertyPath } from "./paths.ts";
import { refuse } from "./refusals.ts";
import type { Walk } from "./walk.ts";

/** An object; with a catchall, what it may have besides is a list of entries. */
export function compileObject(def: z.core.$ZodObjectDef, path: string, walk: Walk): CompiledNode {
  if (Object.getOwnPropertySymbols(def.shape).length > 0) throw refuse("symbol", path);
  const properties = Object.keys(def.shape).flatMap((key): [string, CompiledNode][] => {
    const schema = def.shape[key];
    return schema ? [[key, walk.compile(schema, propertyPath(path, key))]] : [];
  });
  return objectNode({
    properties: new Map(properties),
    others: compileOthers(def.catchall, path, walk),
  });
}

/** The entries that an object may have besides its properties; none for a strict one or where zod drops them. */
export function compileOthers(
  catchall: z.core.SomeType | undefined,
  path: string,
  walk: Walk,
): EntriesNode | undefined {
  if (catchall === undefined || catchall._zod.def.type === "never") return;
  return entriesNode(plainNode(anyString), walk.compile(catchall, `${path}{}`));
}
