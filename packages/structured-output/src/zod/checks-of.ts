import type { z } from "zod";

/** The definition of one check of a schema, narrowed by its `check`. */
export type CheckDefinition = (
  | z.core.$ZodChecks
  | z.core.$ZodStringFormatChecks
  | z.core.$ZodCustom
)["_zod"]["def"];

/** The definitions of a schema's checks; a schema such as `z.email()` is its own first check. */
export function checksOf(schema: z.core.SomeType): CheckDefinition[] {
  const { traits, def } = schema._zod;
  const own = traits.has("$ZodCheck") ? [def as unknown as CheckDefinition] : [];
  // zod types the list as any checks; `check` distinguishes its own ones.
  return [...own, ...(def.checks ?? []).map((check) => check._zod.def as CheckDefinition)];
}
