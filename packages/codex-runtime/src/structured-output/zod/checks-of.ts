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
  return [...own, ...listedChecksOf(def)];
}

/** How many items a collection may have, as the keywords that strict mode enforces. */
export function itemLimitsOf(def: z.core.$ZodTypeDef): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const check of listedChecksOf(def)) {
    if (check.check === "min_length" || check.check === "min_size")
      limits["minItems"] = check.minimum;
    if (check.check === "max_length" || check.check === "max_size")
      limits["maxItems"] = check.maximum;
    if (check.check === "length_equals") limits["minItems"] = limits["maxItems"] = check.length;
    if (check.check === "size_equals") limits["minItems"] = limits["maxItems"] = check.size;
  }
  return limits;
}

function listedChecksOf(def: z.core.$ZodTypeDef): CheckDefinition[] {
  // zod declares the list as of any check; those that it ships are told apart by `check`.
  return (def.checks ?? []).map((check) => check._zod.def as CheckDefinition);
}
