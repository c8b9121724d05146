import { isJsonObject } from "../wire/fits-wire.ts";
import { type JsonSchemaPart, mapValues, rewriteJsonSchema } from "./rewrite-json-schema.ts";

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
