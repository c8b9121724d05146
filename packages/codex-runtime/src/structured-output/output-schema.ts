import { inspect } from "node:util";
import { z } from "zod";
import { closeObjects, typeObjects } from "./close-objects.ts";
import { isJsonSchema } from "./is-json-schema.ts";
import { UnsupportedOutputSchemaError } from "./unsupported-output-schema-error.ts";

/**
 * What may describe an answer: a zod schema, another Standard Schema that can give its JSON Schema (such as
 * arktype's, or valibot's through `@valibot/to-json-schema`), or a JSON Schema.
 */
export type OutputSchema<Output = unknown> = StandardSchema<Output> | JsonSchemaSource;

/** A JSON Schema as an object, of any draft that zod reads. */
export type JsonSchemaSource = Readonly<Record<string, unknown>> & { readonly "~standard"?: never };

/** The part of the Standard Schema interface that is read here (standardschema.dev, version 1). */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema?: {
      readonly input: (options: {
        readonly target: "draft-2020-12";
        readonly libraryOptions?: Record<string, unknown>;
      }) => Record<string, unknown>;
    };
  };
}

/** What a Standard Schema says about a value. */
type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * The zod schema to compile: itself, or what zod makes of the JSON Schema.
 *
 * @throws {UnsupportedOutputSchemaError} if there is no JSON Schema, or zod cannot read it.
 */
export function zodSchemaOf(schema: OutputSchema): z.core.$ZodType {
  if (!isAnySchema(schema)) throw noSchema(schema);
  if (isZodSchema(schema)) return schema;
  const source = jsonSchemaOf(schema);
  return readJsonSchema(attempt(() => closeObjects(source), endless));
}

/** The schema that has the last word on a value. A JSON Schema has none of its own, so zod's stands in. */
export function validatorOf<Output>(schema: OutputSchema<Output>): StandardSchema<Output> {
  if (isStandardSchema(schema)) return schema;
  const validator =
    validators.get(schema) ?? readJsonSchema(attempt(() => typeObjects(schema), endless));
  validators.set(schema, validator);
  // What a JSON Schema describes has the type that the caller says it has.
  return validator as unknown as StandardSchema<Output>;
}

/** What an object that contains itself comes to, too. */
const endless = "the JSON Schema is nested too deep, or contains itself instead of a `$ref`";

const validators = new WeakMap<object, z.core.$ZodType>();

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
  return attempt(
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

function readJsonSchema(schema: Readonly<Record<string, unknown>>): z.core.$ZodType {
  // `definitions` is how drafts before 2019-09 say `$defs`; many such schemas do not say their draft.
  const defaultTarget = "definitions" in schema ? "draft-7" : "draft-2020-12";
  return attempt(
    () => z.fromJSONSchema({ ...schema }, { defaultTarget }),
    "zod cannot read the JSON Schema",
  );
}

function attempt<Result>(convert: () => Result, reason: string): Result {
  try {
    return convert();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw unreadable(`${reason}: ${detail}`, "Use a zod schema, or a simpler JSON Schema.");
  }
}

function unreadable(reason: string, suggestion: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({ code: "unsupported", path: "$", reason, suggestion });
}

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
