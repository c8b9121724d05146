import type { z } from "zod";
import { deepest, tooDeep } from "./too-deep.ts";

/** The kinds of key that a schema takes: what unions within unions come down to, each once. */
export function keyOptionsOf(root: z.core.SomeType, path: string): z.core.SomeType[] {
  const options: z.core.SomeType[] = [];
  const visited = new Set<object>();
  const visit = (schema: z.core.SomeType, depth: number): void => {
    // `$ZodTypes` is how zod's documentation narrows a schema by its type.
    const { def } = (schema as z.core.$ZodTypes)._zod;
    if (visited.has(def)) return;
    if (depth > deepest) throw tooDeep(path);
    visited.add(def);
    if (def.type !== "union") options.push(schema);
    else for (const option of def.options) visit(option, depth + 1);
  };
  visit(root, 0);
  return options;
}
