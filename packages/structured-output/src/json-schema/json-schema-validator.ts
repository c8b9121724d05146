import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { z } from "zod";
import type { StandardIssue, Validate } from "../standard-schema.ts";
import { attemptReading } from "./attempt-reading.ts";
import { modernize } from "./modernize.ts";
import { readJsonSchema } from "./read-json-schema.ts";
import type { JsonSchemaPart } from "./rewrite-json-schema.ts";

/**
 * What has the last word on a value where a JSON Schema is given, which has no code of its own. zod reads it
 * first, since its words for what is wrong are the better ones and it fills defaults in; then all of the JSON
 * Schema is checked, as zod does not read everything. That is of the value with its defaults: a property that
 * has one may be left out even where it is required.
 *
 * @throws {UnsupportedOutputSchemaError} if it cannot be read.
 */
export function jsonSchemaValidator(schema: JsonSchemaPart): Validate {
  const reading = readJsonSchema(schema);
  // One for each schema: it keeps every `$id` that it has met. Formats are zod's.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateSchema: false,
    validateFormats: false,
    // As zod reads patterns.
    unicodeRegExp: false,
    logger: false,
  });
  const check = attemptReading(
    () => ajv.compile(modernize(schema)),
    "the JSON Schema cannot be checked",
  );
  return (value) => {
    try {
      const read = z.core.safeParse(reading, value);
      if (!read.success) return { issues: read.error.issues };
      return check(read.data)
        ? { value: read.data }
        : { issues: (check.errors ?? []).map(issueOf) };
    } catch (error) {
      // A schema that leads to nothing but itself, or a property such as `valueOf` beside a constant.
      return { issues: [{ message: `could not be checked: ${String(error)}` }] };
    }
  };
}

function issueOf({ message = "does not fit", instancePath, params }: ErrorObject): StandardIssue {
  const steps = instancePath.split("/").slice(1);
  const detail = details.map((name) => params[name] as unknown).find((said) => said !== undefined);
  return {
    message: detail === undefined ? message : `${message}: ${JSON.stringify(detail)}`,
    path: steps.map((step) =>
      /^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~"),
    ),
  };
}

/** What Ajv's messages leave out. */
const details = ["allowedValues", "allowedValue", "additionalProperty", "unevaluatedProperty"];
