import { z } from "zod";

/** The schema, or left out. One for each schema, so that recursion comes back to it. */
export function optionalOf(schema: z.core.SomeType): z.core.SomeType {
  const optional = optionals.get(schema) ?? z.optional(schema);
  optionals.set(schema, optional);
  return optional;
}

const optionals = new WeakMap<z.core.SomeType, z.core.SomeType>();
