import type { z } from "zod";
import { innerOf } from "./inner-of.ts";

/** Whether a schema of scalars gives what it takes, but for changes such as `.trim()`. */
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
