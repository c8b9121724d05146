import { z } from "zod";

/** What the schema makes of a value, unless it refuses it; of one that can only say so later, the value. */
export function parsed(schema: z.core.SomeType, value: unknown): { value: unknown } | undefined {
  try {
    const { success, data } = z.core.safeParse(schema as z.core.$ZodType, value);
    return success ? { value: data } : undefined;
  } catch {
    return { value };
  }
}
