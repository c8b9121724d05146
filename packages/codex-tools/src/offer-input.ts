import type { ObjectSchema } from "@ktx/mcp-bridge";
import { describeSchema } from "@ktx/structured-output";
import { z } from "zod";
import { decodePositions } from "./positions.ts";
import { isPart, type JsonSchemaPart } from "./json-schema-part.ts";
import { schemaForCodex, shownKeywords } from "./schema-for-codex.ts";

/** A tool's input as Codex passes it on to the model. */
export interface OfferedInput {
  readonly jsonSchema: JsonSchemaPart;
  /** Converts the model's arguments into the input of the tool's schema; absent where both are the same. Never throws. */
  readonly decode?: (json: unknown) => unknown;
}

/**
 * The input of a tool in a form that Codex does not change; constraints that Codex drops are in the descriptions. A
 * tuple becomes an object of positions, and is decoded.
 */
export function offerInput(schema: ObjectSchema): OfferedInput {
  const described = describeParts(schema);
  return {
    jsonSchema: schemaForCodex(described),
    ...(hasPositions(described) && { decode: (json) => decodePositions(json, described) }),
  };
}

/** The JSON Schema of the input, with the constraints that Codex drops in the descriptions. */
function describeParts(schema: ObjectSchema): JsonSchemaPart {
  if (!isZodType(schema))
    throw new TypeError("Expected the inputSchema of a tool to be a zod 4 schema.");
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: "input",
    // `describeSchema` gives the description; an `id` would create a definition, one more reference to resolve.
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => {
      const description = describeSchema(zodSchema, {
        shown: shownKeywords,
        // The definition holds its own description.
        wrappersOnly: jsonSchema.$ref !== undefined,
      });
      for (const keyword of Object.keys(jsonSchema))
        if (!shownKeywords.has(keyword) && !formKeywords.has(keyword)) delete jsonSchema[keyword];
      if (description === undefined) delete jsonSchema.description;
      else jsonSchema.description = description;
      const { def } = zodSchema._zod;
      if (def.type === "tuple")
        jsonSchema.minItems = def.items.findLastIndex((item) => item._zod.optin === undefined) + 1;
    },
  });
  return described;
}

/** Checks the structure and not the class, since each copy of zod has its own classes. */
function isZodType(schema: ObjectSchema): schema is ObjectSchema & z.core.$ZodType {
  return "~standard" in schema;
}

/** Keywords that Codex drops, but that another form expresses. */
const formKeywords: ReadonlySet<string> = new Set([
  "const",
  "prefixItems",
  "propertyNames",
  "patternProperties",
  "not",
]);

function hasPositions(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(hasPositions);
  if (!isPart(part)) return false;
  return Array.isArray(part["prefixItems"]) || Object.values(part).some(hasPositions);
}
