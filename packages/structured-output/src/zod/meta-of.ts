import { z } from "zod";

/**
 * What `.meta()` and `.describe()` have noted about a schema. Another copy of zod may keep its notes in a
 * registry of its own, which only its schemas know.
 */
export function metaOf(schema: z.core.SomeType): Readonly<Record<string, unknown>> {
  const known = z.globalRegistry.get(schema as z.core.$ZodType);
  if (known !== undefined) return known;
  if (!("meta" in schema) || typeof schema.meta !== "function") return {};
  const own: unknown = schema.meta();
  return typeof own === "object" && own !== null ? { ...own } : {};
}
