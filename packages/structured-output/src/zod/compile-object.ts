import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { recordNode } from "../nodes/collection-node.ts";
import { objectNode } from "../nodes/object-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { propertyPath } from "../property-path.ts";
import { anyString } from "../wire/wire.ts";
import { refuse } from "../refuse.ts";
import type { Walk } from "./walk.ts";

/** An object: zod drops what it does not know, unless there is a catchall for it. */
export function compileObject(def: z.core.$ZodObjectDef, path: string, walk: Walk): CompiledNode {
  const { shape, catchall } = def;
  if (Object.getOwnPropertySymbols(shape).length > 0) throw refuse("symbol", path);
  const properties = Object.entries(shape).map(([key, schema]): [string, CompiledNode] => [
    key,
    walk.compile(schema, propertyPath(path, key)),
  ]);
  const isStrict = catchall?._zod.def.type === "never";
  const value = catchall && !isStrict ? walk.compile(catchall, `${path}{}`) : undefined;
  return objectNode({
    properties: new Map(properties),
    others: value && recordNode(plainNode(anyString), value),
    isStrict,
    mustBeThere: (key) => isMissed(key, shape[key]),
  });
}

/**
 * Whether zod wants to see a property even where it is `undefined`: what is not `.optional()` and the like,
 * and what it would find on the prototype otherwise.
 */
function isMissed(key: string, schema: z.core.SomeType | undefined): boolean {
  return schema !== undefined && (schema._zod.optin === undefined || key in Object.prototype);
}
