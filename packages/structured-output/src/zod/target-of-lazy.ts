import type { z } from "zod";

/** What a lazy schema stands for: zod keeps it, while the getter makes a new one at each call. */
export function targetOfLazy(schema: z.core.SomeType): z.core.SomeType {
  return (schema as z.core.$ZodLazy)._zod.innerType;
}
