import type { z } from "zod";
import {
  compileOutputSchema,
  type CompiledOutputSchema,
  UnsupportedOutputSchemaError,
} from "../src/index.ts";

/** A schema compiled; undefined where it is larger than the service takes. */
export function compiledUnlessTooLarge(schema: z.ZodType): CompiledOutputSchema | undefined {
  try {
    return compileOutputSchema(schema);
  } catch (error) {
    if (error instanceof UnsupportedOutputSchemaError && error.code === "limit") return;
    throw error;
  }
}
