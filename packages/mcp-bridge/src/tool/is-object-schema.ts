import type { z } from "zod";
import type { ObjectSchema } from "./object-schema.ts";

/** Reads the schema's own type, since `instanceof` knows only one copy of zod. */
export function isObjectSchema(schema: unknown): schema is ObjectSchema & z.core.$ZodObject {
  if (typeof schema !== "object" || schema === null || !("_zod" in schema)) return false;
  const { _zod: internals } = schema;
  if (typeof internals !== "object" || internals === null) return false;
  if (!("run" in internals && "def" in internals) || typeof internals.run !== "function")
    return false;
  const { def } = internals;
  return typeof def === "object" && def !== null && "type" in def && def.type === "object";
}
