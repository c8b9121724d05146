import { isJsonObject } from "@ktx/json-answer/wire";
import { roleOf } from "./keywords.ts";

/** A JSON Schema, or a schema within it. */
export type JsonSchemaPart = Readonly<Record<string, unknown>>;

/** Changes a JSON Schema and all schemas within it, from the inside out. */
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
      const { holds } = roleOf(keyword) ?? {};
      if (holds === "named schemas" && isJsonObject(value)) return mapValues(value, inner);
      return holds === "schemas" ? inner(value) : value;
    }),
  );
}

/** An object of the same keys, in their order. */
function mapValues(
  object: JsonSchemaPart,
  change: (value: unknown, key: string) => unknown,
): JsonSchemaPart {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value, key)]),
  );
}

/**
 * A JSON Schema in which an object with listed properties allows no other ones, unless the schema says so: the author
 * of `{ "properties": { "name": … } }` means a form, and a model that may add other properties invents some.
 */
export function closeObjects(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) => {
    const isOpen = "additionalProperties" in part || "patternProperties" in part;
    const listsSome = Object.keys(Object(part["properties"])).length > 0;
    return listsSome && !isOpen ? { ...part, additionalProperties: false } : part;
  });
}

/** A JSON Schema without defaults of required properties, which zod would make optional. */
export function requireWithoutDefault(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) => {
    const { properties, required } = part;
    if (!isJsonObject(properties) || !Array.isArray(required)) return part;
    const without = (property: unknown, key: string): unknown => {
      if (!required.includes(key) || !isJsonObject(property)) return property;
      const { default: _, ...others } = property;
      return others;
    };
    return { ...part, properties: mapValues(properties, without) };
  });
}
