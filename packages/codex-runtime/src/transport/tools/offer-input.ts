import type { ObjectSchema } from "@ktx/mcp-bridge";
import { describeSchema } from "@ktx/structured-output";
import { z } from "zod";
import { decodePositions } from "./positions.ts";
import { isPart, type JsonSchemaPart } from "./json-schema-part.ts";
import { schemaForCodex, shownKeywords } from "./schema-for-codex.ts";

/** A tool's input as Codex passes it on to the model. */
export interface OfferedInput {
  readonly jsonSchema: JsonSchemaPart;
  /** Turns what the model sends into what the tool's schema takes; absent where it is the same. Never throws. */
  readonly decode?: (json: unknown) => unknown;
}

/**
 * The input of a tool in a form that Codex does not change, with all that it would drop in the descriptions.
 * A tuple is an object of positions there, and is decoded.
 */
export function offerInput(schema: ObjectSchema): OfferedInput {
  const described = describeParts(schema);
  return {
    jsonSchema: schemaForCodex(described),
    ...(hasPositions(described) && { decode: (json) => decodePositions(json, described) }),
  };
}

/** The JSON Schema of what the schema takes, with the constraints that Codex drops in words. */
function describeParts(schema: ObjectSchema): JsonSchemaPart {
  if (!isZodType(schema)) throw new TypeError("A tool's inputSchema has to be made by zod 4.");
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: "input",
    // `describeSchema` says what there is; and an `id` would make a definition, one more thing to look up.
    metadata: z.registry(),
    override: ({ zodSchema, jsonSchema }) => {
      const description = describeSchema(zodSchema, {
        shown: shownKeywords,
        // What is said of a definition stands there.
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

/** Not by its class, of which each copy of zod has one. */
function isZodType(schema: ObjectSchema): schema is ObjectSchema & z.core.$ZodType {
  return "~standard" in schema;
}

/** Not shown by Codex, but what they say is written in another form. */
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
