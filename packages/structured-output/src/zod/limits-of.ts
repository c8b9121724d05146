import type { z } from "zod";
import { type CheckDefinition, checksOf } from "./checks-of.ts";

type Limit = number | bigint | Date;

/** Limits, by the JSON Schema keyword of the same limit of a number. */
type Limits = Partial<
  Record<"minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum", Limit>
>;

/** The narrowest limits among the checks of a schema. Omits `NaN` and invalid dates. */
export function limitsOf(schema: z.core.SomeType): Limits {
  const narrowest = new Map<string, Limit>();
  for (const [key, value] of checksOf(schema).flatMap((check) => Object.entries(limitsIn(check)))) {
    const known = narrowest.get(key) ?? value;
    const isNarrower = /min/i.test(key) ? value >= known : value <= known;
    if (isNarrower && Number.isFinite(Number(value))) narrowest.set(key, value);
  }
  return Object.fromEntries(narrowest);
}

function limitsIn(check: CheckDefinition): Limits {
  switch (check.check) {
    case "greater_than":
      return { [check.inclusive ? "minimum" : "exclusiveMinimum"]: check.value };
    case "less_than":
      return { [check.inclusive ? "maximum" : "exclusiveMaximum"]: check.value };
    case "min_length":
    case "min_size":
      return { minimum: check.minimum };
    case "max_length":
    case "max_size":
      return { maximum: check.maximum };
    case "length_equals":
      return { minimum: check.length, maximum: check.length };
    case "size_equals":
      return { minimum: check.size, maximum: check.size };
    case "number_format":
      return ranges[check.format] ?? {};
    default:
      return {};
  }
}

const ranges: Readonly<Partial<Record<string, Limits>>> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  uint32: { minimum: 0, maximum: 2 ** 32 - 1 },
};

/** The limits of the items of a collection, or of the characters of a text: `minItems`, `maxLength`, and similar. */
export function countsOf(
  schema: z.core.SomeType,
  unit: "Items" | "Length",
): Record<string, number> {
  const { minimum, maximum } = limitsOf(schema);
  // "At least 2.5 items" means at least 3; "at most 2.5 items" means at most 2.
  const counts = { min: Math.ceil(Number(minimum)), max: Math.floor(Number(maximum)) };
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([, count]) => Number.isSafeInteger(count) && count >= 0)
      .map(([bound, count]) => [bound + unit, count]),
  );
}
