import { z } from "zod";

/** Whether the schema takes the value; a schema that can only say so later is believed to. */
export function accepts(schema: z.core.SomeType, value: unknown): boolean {
  try {
    return z.core.safeParse(schema as z.core.$ZodType, value).success;
  } catch {
    return true;
  }
}
