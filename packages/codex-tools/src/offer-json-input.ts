import { readJsonSchema } from "@ktx/structured-output";
import type { ObjectSchema } from "@ktx/mcp-bridge";
import { isPart, type JsonSchemaPart } from "./json-schema-part.ts";
import { type OfferedInput, offerInput } from "./offer-input.ts";
import { schemaForCodex } from "./schema-for-codex.ts";

/**
 * The same for the JSON Schema of a tool, such as a tool of another MCP server. The whole text of an unreadable schema
 * goes to the description.
 */
export function offerJsonInput(inputJsonSchema: JsonSchemaPart): OfferedInput {
  try {
    const schema = readJsonSchema(inputJsonSchema);
    if (!isObjectSchema(schema)) throw new TypeError("not an object");
    const { jsonSchema, ...decoding } = offerInput(schema);
    return { jsonSchema: asWritten(jsonSchema, inputJsonSchema), ...decoding };
  } catch {
    const { $schema: _, ...schema } = inputJsonSchema;
    const description = `Must match the JSON Schema ${JSON.stringify(schema)}.`;
    return { jsonSchema: { ...schemaForCodex(schema), description } };
  }
}

function isObjectSchema(schema: object): schema is ObjectSchema {
  return "_zod" in schema;
}

/** Drops `additionalProperties: {}`, which adds nothing to named properties, nor to a tool without properties. */
function asWritten(part: JsonSchemaPart, root: JsonSchemaPart): JsonSchemaPart {
  const { additionalProperties: _, ...closed } = withoutOpenEnds(part);
  return Object.hasOwn(root, "additionalProperties") ? withoutOpenEnds(part) : closed;
}

function withoutOpenEnds(part: JsonSchemaPart): JsonSchemaPart {
  const entries = Object.entries(part).flatMap(([key, value]): [string, unknown][] =>
    key === "additionalProperties" && saysNothing(value, part) ? [] : [[key, within(value)]],
  );
  return Object.fromEntries(entries);
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  return isPart(value) ? withoutOpenEnds(value) : value;
}

function saysNothing(additional: unknown, { properties }: JsonSchemaPart): boolean {
  const isNamed = isPart(properties) && Object.keys(properties).length > 0;
  return isNamed && isPart(additional) && Object.keys(additional).length === 0;
}
