import type { z } from "zod";

/** The schema inside a wrapper such as `.optional()` or `z.lazy()`; not the sides of a pipe. */
export function innerOf(schema: z.core.SomeType): z.core.SomeType | undefined {
  // zod's documentation narrows a schema by its type with `$ZodTypes`.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // zod caches the result of the getter, which creates a new schema at each call.
  if (def.type === "lazy") return (schema as z.core.$ZodLazy)._zod.innerType;
  return "innerType" in def ? def.innerType : undefined;
}

/** True for a schema of scalars whose output is its input, except for changes such as `.trim()`. */
export function handsOn(schema: z.core.SomeType, visited: Set<object> = new Set()): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (visited.has(def) || scalars.has(def.type)) return true;
  visited.add(def);
  if (def.type === "union") return def.options.every((option) => handsOn(option, visited));
  if (def.type === "pipe")
    return def.transform === undefined && [def.in, def.out].every((side) => handsOn(side, visited));
  const inner = def.type === "success" ? undefined : innerOf(schema);
  return inner !== undefined && handsOn(inner, visited);
}

const scalars: ReadonlySet<string> = new Set(
  "string template_literal number boolean bigint date literal enum null undefined".split(" "),
);
