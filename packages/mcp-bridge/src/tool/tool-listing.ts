import type { Tool, ToolAnnotations } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { describeValue, refuseTool } from "../bridge-error.ts";
import type { BridgedTool } from "./bridged-tool.ts";
import { isObjectSchema } from "./is-object-schema.ts";
import { jsonSchemaOf } from "./json-schema-of.ts";
import { snapshotJson } from "./json-snapshot.ts";

/** The entry of `tools/list` for a tool: its texts and its schemas in JSON Schema, in well-formed Unicode. */
export function buildListing(alias: string, tool: BridgedTool): Tool {
  const { name, title, description, annotations, outputSchema } = tool;
  return {
    name,
    ...(title !== undefined && { title: title.toWellFormed() }),
    description: description.toWellFormed(),
    inputSchema: buildInputSchema(alias, tool),
    ...(outputSchema !== undefined && { outputSchema: buildOutputSchema(alias, outputSchema) }),
    ...(annotations !== undefined && { annotations: withWellFormedTitle(annotations) }),
  };
}

function withWellFormedTitle(annotations: ToolAnnotations): ToolAnnotations {
  const { title } = annotations;
  return title === undefined ? annotations : { ...annotations, title: title.toWellFormed() };
}

type JsonObjectSchema = Tool["inputSchema"];

function buildInputSchema(alias: string, tool: BridgedTool): JsonObjectSchema {
  const { inputSchema, foreignInputSchema, inputJsonSchema, paged } = tool;
  const own = toJsonSchema("input", alias, inputSchema);
  const given = inputJsonSchema ?? foreignInputSchema;
  const schema = given === undefined ? own : checkListed(alias, given);
  return paged === true
    ? withProperty("input", alias, schema, "cursor", {
        type: "string",
        description:
          "Only to read the rest of a result that was cut: the cursor given in that result.",
      })
    : schema;
}

function checkListed(alias: string, inputJsonSchema: unknown): JsonObjectSchema {
  const { success, data } = jsonObjectSchema.safeParse(snapshotJson(inputJsonSchema));
  if (success) return data;
  throw refuseTool("invalid-input-schema", alias, {
    expected: `an inputJsonSchema of type "object"`,
    received: describeValue(inputJsonSchema),
    fix: "Put what it describes into a property of an object, or leave it out.",
  });
}

/** Structured content also carries the tool's markdown (see `layOutResult`), so the listing allows for it. */
function buildOutputSchema(alias: string, outputSchema: unknown): JsonObjectSchema {
  const schema = toJsonSchema("output", alias, outputSchema);
  return withProperty("output", alias, schema, "markdown", { type: "string" });
}

function withProperty(
  io: "input" | "output",
  alias: string,
  schema: JsonObjectSchema,
  name: string,
  property: object,
): JsonObjectSchema {
  if (schema.properties !== undefined && name in schema.properties)
    throw refuseTool(`invalid-${io}-schema`, alias, {
      expected: `an ${io}Schema without a property named ${name}`,
      received: "one that has it",
      fix: reservedBecause[io],
    });
  return { ...schema, properties: { ...schema.properties, [name]: property } };
}

const reservedBecause = {
  input: "Rename it: the bridge adds this property to the input of every paged tool.",
  output:
    "Return { markdown, structured }: the bridge puts the markdown beside the structured properties.",
};

function toJsonSchema(io: "input" | "output", alias: string, schema: unknown): JsonObjectSchema {
  if (!isObjectSchema(schema))
    throw refuseTool(`invalid-${io}-schema`, alias, {
      expected: `an ${io}Schema made by z.object(…) of zod 4`,
      received: describeValue(schema),
      fix: "Wrap the schema: z.object({ value: yourSchema }).",
    });
  const refusal = (received: string, fix: string, cause?: unknown) =>
    refuseTool(
      `invalid-${io}-schema`,
      alias,
      { expected: `an ${io}Schema that JSON Schema can express`, received, fix },
      cause,
    );
  const { jsonSchema, unwritable } = attempt(
    () => {
      const written = jsonSchemaOf(schema, io);
      const illFormed = findIllFormedName(written.jsonSchema);
      if (illFormed !== undefined)
        throw new TypeError(`${JSON.stringify(illFormed)}, which no client can send`);
      return { ...written, jsonSchema: jsonObjectSchema.parse(snapshotJson(written.jsonSchema)) };
    },
    (error) =>
      refusal(
        error instanceof Error ? error.message : String(error),
        "Use JSON types on the wire: z.iso.datetime() for dates, z.string().transform(…) for the rest.",
        error,
      ),
  );
  if (unwritable !== undefined)
    throw refusal(`${unwritable.what} (at ${unwritable.path})`, unwritable.fix);
  return jsonSchema;
}

/** Returns the result, or throws the refusal in place of an error. */
function attempt<Result>(work: () => Result, toThrow: (error: unknown) => Error): Result {
  try {
    return work();
  } catch (error) {
    throw toThrow(error);
  }
}

/** A property name, or an enum value, whose listed form would differ from the form that the schema checks. */
function findIllFormedName(jsonSchema: unknown, isName = false): string | undefined {
  if (typeof jsonSchema === "string")
    return isName && !jsonSchema.isWellFormed() ? jsonSchema : undefined;
  if (typeof jsonSchema !== "object" || jsonSchema === null) return undefined;
  for (const [key, value] of Object.entries(jsonSchema)) {
    if (!key.isWellFormed()) return key;
    const within = findIllFormedName(value, isName || key === "enum" || key === "const");
    if (within !== undefined) return within;
  }
  return undefined;
}

const jsonObjectSchema = z.looseObject({
  type: z.literal("object"),
  properties: z.record(z.string(), z.looseObject({})).optional(),
  required: z.array(z.string()).optional(),
});
