import { isJsonObject } from "../wire/fits-wire.ts";
import { type JsonSchemaPart, mapValues, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * A JSON Schema in which objects that list their properties, and say nothing of others, have no others. By the
 * letter they would take anything besides, but whoever writes `{ "properties": { "name": … } }` as a form means
 * just that, and asking the model for "other properties" everywhere would invite it to invent some.
 */
export function closeObjects(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) => {
    const isOpen = "additionalProperties" in part || "patternProperties" in part;
    const listsSome = Object.keys(Object(part["properties"])).length > 0;
    return listsSome && !isOpen ? { ...part, additionalProperties: false } : part;
  });
}

/**
 * A JSON Schema in which what is required has no default. zod takes a property with a default for one that may
 * be left out, and fills it in; the library that wrote the schema would miss it.
 */
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
