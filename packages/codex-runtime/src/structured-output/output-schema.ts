import { inspect } from "node:util";
import type { z } from "zod";
import { attemptReading, unreadable } from "./json-schema/attempt-reading.ts";
import { closeObjects } from "./json-schema/close-objects.ts";
import { isJsonSchema } from "./json-schema/is-json-schema.ts";
import { jsonSchemaValidator } from "./json-schema/json-schema-validator.ts";
import { readJsonSchema } from "./json-schema/read-json-schema.ts";
import type { StandardSchema } from "./standard-schema.ts";
import type { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";

/**
 * What may describe an answer: a zod schema, another Standard Schema that can give its JSON Schema (such as
 * arktype's, or valibot's through `@valibot/to-json-schema`), or a JSON Schema.
 */
export type OutputSchema<Output = unknown> = StandardSchema<Output> | JsonSchemaSource;

/** A JSON Schema as an object, of any draft that zod reads. */
export type JsonSchemaSource = Readonly<Record<string, unknown>> & { readonly "~standard"?: never };

/**
 * The zod schema to compile: itself, or what zod makes of the JSON Schema.
 *
 * @throws {UnsupportedOutputSchemaError} if there is no JSON Schema, or zod cannot read it.
 */
export function zodSchemaOf(schema: OutputSchema): z.core.$ZodType {
  if (!isAnySchema(schema)) throw noSchema(schema);
  if (isZodSchema(schema)) return schema;
  const jsonSchema = jsonSchemaOf(schema);
  // Whether it can be checked has to be known before any turn.
  validatorOf(schema);
  return readJsonSchema(jsonSchema, closeObjects);
}

/** The schema that has the last word on a value. A JSON Schema has no code of its own, so ours stands in. */
export function validatorOf<Output>(schema: OutputSchema<Output>): StandardSchema<Output> {
  if (isStandardSchema(schema)) return schema;
  const validator = validators.get(schema) ?? jsonSchemaValidator(schema);
  validators.set(schema, validator);
  // What a JSON Schema describes has the type that the caller says it has.
  return validator as StandardSchema<Output>;
}

const validators = new WeakMap<object, StandardSchema>();

function jsonSchemaOf(schema: OutputSchema): Readonly<Record<string, unknown>> {
  if (!isStandardSchema(schema)) {
    if (isJsonSchema(schema)) return schema;
    throw unreadable(
      `expected a JSON Schema, got an object of ${Object.keys(schema).join(", ").slice(0, 80)}`,
      "If one of these holds the schema, give what it holds.",
    );
  }
  const { vendor, jsonSchema } = schema["~standard"];
  if (jsonSchema === undefined)
    throw unreadable(
      `this schema of ${vendor} gives no JSON Schema`,
      suggestions[vendor] ?? "Use a zod schema, or give a JSON Schema.",
    );
  return attemptReading(
    () => jsonSchema.input({ target: "draft-2020-12", ...optionsOf[vendor] }),
    `${vendor} cannot write it as JSON Schema`,
  );
}

/** arktype would write what has no JSON form, such as a Date, as anything at all, and then refuse any answer. */
const optionsOf: Readonly<Partial<Record<string, { libraryOptions: Record<string, unknown> }>>> = {
  arktype: {
    libraryOptions: {
      fallback: Object.fromEntries(
        ["date", "domain", "proto"].map((code) => [
          code,
          () => {
            throw new Error(
              `a ${code === "date" ? "Date" : "value of this kind"} has no JSON form`,
            );
          },
        ]),
      ),
    },
  },
};

/** What gives a JSON Schema of a library whose schemas do not. */
const suggestions: Readonly<Partial<Record<string, string>>> = {
  valibot: "Wrap it in toStandardJsonSchema() of @valibot/to-json-schema.",
  zod: "It was made by zod 3; use zod 4.",
};

function noSchema(value: unknown): UnsupportedOutputSchemaError {
  return unreadable(
    `expected a schema, got ${inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 80)}`,
    "Give a zod schema, another Standard Schema, or a JSON Schema as an object.",
  );
}

/** Of what a caller without types may pass. arktype's schemas are functions. */
function isAnySchema(schema: unknown): boolean {
  if (typeof schema === "object" && schema !== null && "~standard" in schema) return true;
  if (typeof schema === "function") return "~standard" in schema;
  // Not a list, nor a promise, a date or a map.
  return Object.prototype.toString.call(schema) === "[object Object]";
}

function isStandardSchema<Output>(schema: OutputSchema<Output>): schema is StandardSchema<Output> {
  return schema["~standard"] !== undefined;
}

function isZodSchema(schema: OutputSchema): schema is OutputSchema & z.core.$ZodType {
  return "_zod" in schema;
}
