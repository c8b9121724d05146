import type { z } from "zod";

/** The schema that another one wraps, as `.optional()` or `z.lazy()` does; not the sides of a pipe. */
export function innerOf(schema: z.core.SomeType): z.core.SomeType | undefined {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  // zod keeps what the getter gave, which itself makes a new one at each call.
  if (def.type === "lazy") return (schema as z.core.$ZodLazy)._zod.innerType;
  return "innerType" in def ? def.innerType : undefined;
}
