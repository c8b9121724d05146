import { isJsonObject } from "../wire/fits-wire.ts";

/** A schema of JSON Schema, or one within it. */
export type JsonSchemaPart = Readonly<Record<string, unknown>>;

/** Changes a JSON Schema and all schemas within it, these first. */
export function rewriteJsonSchema(
  schema: JsonSchemaPart,
  change: (part: JsonSchemaPart) => JsonSchemaPart,
): JsonSchemaPart {
  const inner = (part: unknown) => (isJsonObject(part) ? rewriteJsonSchema(part, change) : part);
  return change(
    mapValues(schema, (value, keyword) => {
      if (maps.has(keyword) && isJsonObject(value)) return mapValues(value, inner);
      if (lists.has(keyword) && Array.isArray(value)) return value.map(inner);
      return single.has(keyword) ? inner(value) : value;
    }),
  );
}

const maps = new Set(["properties", "patternProperties", "$defs", "definitions"]);
const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems", "items"]);
const single = new Set(["items", "additionalProperties", "additionalItems", "contains", "not"]);

/** An object of the same keys, in their order. */
export function mapValues(
  object: JsonSchemaPart,
  change: (value: unknown, key: string) => unknown,
): JsonSchemaPart {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value, key)]),
  );
}
