type Keywords<Value> = Readonly<Record<string, Value>>;

/** The constraints of both sides, the narrower of two limits; and what of them has no place beside the others. */
export function meetKeywords<Value extends string | number>(
  left: Keywords<Value>,
  right: Keywords<Value>,
): { met: Record<string, Value>; rest: [keyword: string, value: Value][] } {
  const met: Record<string, Value> = { ...left };
  const rest: [keyword: string, value: Value][] = [];
  for (const [keyword, value] of Object.entries(right)) {
    const known = met[keyword];
    if (known === undefined || isNarrower(keyword, value, known)) met[keyword] = value;
    else if (known !== value && !isNarrower(keyword, known, value)) rest.push([keyword, value]);
  }
  return { met, rest };
}

function isNarrower(keyword: string, value: unknown, known: unknown): boolean {
  if (typeof value !== "number" || typeof known !== "number") return false;
  switch (keyword) {
    case "minimum":
    case "exclusiveMinimum":
    case "minItems":
      return value > known;
    case "maximum":
    case "exclusiveMaximum":
    case "maxItems":
      return value < known;
    case "multipleOf":
      return Number.isInteger(value / known);
    default:
      return false;
  }
}
