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
  const limits = listedChecksOf(def).map(limitsOf);
  // Of all limits the narrowest counts, and 2.5 items are no fewer than 3, and no more than 2.
  const minItems = Math.ceil(Math.max(...limits.map(({ least }) => least)));
  const maxItems = Math.floor(Math.min(...limits.map(({ most }) => most)));
  return { ...(isCount(minItems) && { minItems }), ...(isCount(maxItems) && { maxItems }) };
}

interface Limits {
  readonly least: number;
  readonly most: number;
}

function limitsOf(check: CheckDefinition): Limits {
  switch (check.check) {
    case "min_length":
    case "min_size":
      return { least: check.minimum, most: Infinity };
    case "max_length":
    case "max_size":
      return { least: -Infinity, most: check.maximum };
    case "length_equals":
      return { least: check.length, most: check.length };
    case "size_equals":
      return { least: check.size, most: check.size };
    default:
      return { least: -Infinity, most: Infinity };
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function listedChecksOf(def: z.core.$ZodTypeDef): CheckDefinition[] {
  // zod declares the list as of any check; `check` distinguishes those that it ships.
  return (def.checks ?? []).map((check) => check._zod.def as CheckDefinition);
}
