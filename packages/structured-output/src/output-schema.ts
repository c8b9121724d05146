import { isJsonObject } from "@ktx/json-answer/wire";
import { inspect } from "node:util";
import { z } from "zod";
import { closeObjects, requireWithoutDefault } from "./json-schema/rewrite-json-schema.ts";
import { isJsonSchema } from "./json-schema/is-json-schema.ts";
import { libraryOptions } from "./json-schema/library-options.ts";
import {
  attemptReading,
  jsonSchemaValidator,
  readJsonSchema,
  unreadable,
} from "./json-schema/read-json-schema.ts";
import type { StandardResult, StandardSchema, Validate } from "./standard-schema.ts";

/**
 * The schema of an answer: a zod schema, another Standard Schema that can give its JSON Schema (such as
 * arktype's, or valibot's through `@valibot/to-json-schema`), or a JSON Schema.
 */
export type OutputSchema<Output = unknown, Input = unknown> =
  | StandardSchema<Output, Input>
  | JsonSchemaSource;

/** A JSON Schema as an object, of any draft that zod reads. */
export type JsonSchemaSource = Readonly<Record<string, unknown>> & { readonly "~standard"?: never };

/**
 * The zod schema to compile: the schema itself, or the zod schema of its JSON Schema.
 *
 * @throws {UnsupportedOutputSchemaError} if there is no JSON Schema, or zod cannot read it.
 */
export function zodSchemaOf(schema: OutputSchema): z.core.$ZodType {
  if (!isAnySchema(schema)) {
    const shown = inspect(schema, { depth: 1, breakLength: Infinity }).slice(0, 80);
    const suggestion = "Give a zod schema, another Standard Schema, or a JSON Schema as an object.";
    throw unreadable(`expected a schema, got ${shown}`, suggestion);
  }
  if (isZodSchema(schema)) return schema;
  const jsonSchema = jsonSchemaOf(schema);
  // An unusable validator is reported before any turn.
  validatorOf(schema);
  return readJsonSchema(jsonSchema, closeObjects);
}

/** The final check of a value: by the schema itself, or for a JSON Schema by a validator that is built from it. */
export function validatorOf<Output>(schema: OutputSchema<Output>): Validate<Output> {
  if (isZodSchema(schema)) return (value) => validateByZod<Output>(schema, value);
  if (isStandardSchema(schema)) return schema["~standard"].validate;
  const validator = validators.get(schema) ?? jsonSchemaValidator(schema);
  validators.set(schema, validator);
  // A value of a JSON Schema has the type that the caller declares.
  return validator as Validate<Output>;
}

/** `~standard` validates synchronously first, which runs asynchronous parts twice and leaves a rejection unhandled. */
async function validateByZod<Output>(
  schema: z.core.$ZodType,
  value: unknown,
): Promise<StandardResult<Output>> {
  const { success, data, error } = await z.core.safeParseAsync(schema, value);
  // A zod schema returns values of its output type.
  return success ? { value: data as Output } : { issues: error.issues };
}

const validators = new WeakMap<object, Validate>();

function jsonSchemaOf(schema: OutputSchema): Readonly<Record<string, unknown>> {
  if (!isStandardSchema(schema)) {
    if (isJsonSchema(schema)) return schema;
    throw unreadable(
      `expected a JSON Schema, got an object of ${Object.keys(schema).join(", ").slice(0, 80)}`,
      "If one of these keys holds the schema, pass its value.",
    );
  }
  const { vendor, jsonSchema } = schema["~standard"];
  if (jsonSchema === undefined)
    throw unreadable(
      `this schema of ${vendor} has no JSON Schema`,
      suggestions[vendor] ?? "Use a zod schema, or a JSON Schema.",
    );
  return attemptReading(() => {
    const options = { target: "draft-2020-12", libraryOptions: libraryOptions[vendor] } as const;
    const written: unknown = jsonSchema.input(options);
    if (!isJsonObject(written)) throw new Error(`expected an object, got ${inspect(written)}`);
    return requireWithoutDefault(written);
  }, `${vendor} cannot write it as JSON Schema`);
}

/** The fixes for libraries whose schemas have no JSON Schema themselves. */
const suggestions: Readonly<Partial<Record<string, string>>> = {
  valibot: "Wrap it in toStandardJsonSchema() of @valibot/to-json-schema.",
  zod: "It was made by zod 3; use zod 4.",
};

/** True for a value that may be a schema; callers without types pass anything. The schemas of arktype are functions. */
function isAnySchema(schema: unknown): boolean {
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  if ((isObject(schema) || typeof schema === "function") && "~standard" in Object(schema))
    return isObject(Object(schema)["~standard"]);
  // Excludes lists, promises, dates and maps.
  return Object.prototype.toString.call(schema) === "[object Object]";
}

function isStandardSchema<Output>(schema: OutputSchema<Output>): schema is StandardSchema<Output> {
  return schema["~standard"] !== undefined;
}

function isZodSchema(schema: OutputSchema): schema is OutputSchema & z.core.$ZodType {
  return "_zod" in schema;
}
