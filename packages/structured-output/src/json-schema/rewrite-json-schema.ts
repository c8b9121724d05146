import { isJsonObject } from "../wire/fits-wire.ts";

/** A schema of JSON Schema, or one within it. */
export type JsonSchemaPart = Readonly<Record<string, unknown>>;

/** Changes a JSON Schema and all schemas within it, these first. */
export function rewriteJsonSchema(
  schema: JsonSchemaPart,
  change: (part: JsonSchemaPart) => JsonSchemaPart,
): JsonSchemaPart {
  const inner = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(inner);
    return isJsonObject(part) ? rewriteJsonSchema(part, change) : part;
  };
  return change(
    mapValues(schema, (value, keyword) => {
      if (maps.has(keyword) && isJsonObject(value)) return mapValues(value, inner);
      return parts.has(keyword) ? inner(value) : value;
    }),
  );
}

const maps = new Set(
  "properties patternProperties dependentSchemas dependencies $defs definitions".split(" "),
);
const parts = new Set(
  (
    "allOf anyOf oneOf not if then else prefixItems items additionalItems unevaluatedItems contains " +
    "additionalProperties unevaluatedProperties propertyNames"
  ).split(" "),
);

/** An object of the same keys, in their order. */
export function mapValues(
  object: JsonSchemaPart,
  change: (value: unknown, key: string) => unknown,
): JsonSchemaPart {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value, key)]),
  );
}
