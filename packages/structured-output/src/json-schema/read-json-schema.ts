import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { z } from "zod";
import { attempt } from "../attempt.ts";
import type { StandardIssue, Validate } from "../standard-schema.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { modernize } from "./modernize.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";
import { spellOut } from "./spell-out.ts";

/**
 * The zod schema of a JSON Schema, which is first rewritten to keywords that zod reads, with further changes on
 * request.
 *
 * @throws {UnsupportedOutputSchemaError} if zod cannot read it even then.
 */
export function readJsonSchema(
  schema: JsonSchemaPart,
  change: (schema: JsonSchemaPart) => JsonSchemaPart = (readable) => readable,
): z.core.$ZodType {
  if (!("fromJSONSchema" in z))
    throw unreadable(
      "this version of zod cannot read JSON Schemas",
      "Use zod 4.2 or later, or a zod schema.",
    );
  if (!attempt(() => JSON.stringify(schema) !== "", false)) throw unreadable(endless, useAnother);
  const readable = attemptReading(
    () => change(spellOut(modernize(schema))),
    "the JSON Schema cannot be rewritten for zod",
  );
  return attemptReading(
    () => z.fromJSONSchema({ ...rewriteJsonSchema(readable, refuseUnread) }),
    "zod cannot read the JSON Schema",
  );
}

/** zod would read these as a schema of any value, or of null. */
function refuseUnread(part: JsonSchemaPart): JsonSchemaPart {
  const unread = ["$dynamicRef", "$recursiveRef"].find((keyword) => keyword in part);
  if (unread !== undefined) throw new Error(`${unread} is not supported; $ref is`);
  const constants = [part["const"], part["enum"]].flat();
  if (constants.some((value) => typeof value === "number" && !Number.isFinite(value)))
    throw new Error("Infinity and NaN have no JSON form");
  return part;
}

/**
 * The final check of a value against a JSON Schema. zod checks it first, for its messages and its defaults; then Ajv
 * checks the value with its defaults against the whole JSON Schema, since zod does not read every keyword.
 *
 * @throws {UnsupportedOutputSchemaError} if it cannot be read.
 */
export function jsonSchemaValidator(schema: JsonSchemaPart): Validate {
  const reading = readJsonSchema(schema);
  // One instance for each schema, since it keeps every `$id`. zod checks the formats.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    validateSchema: false,
    validateFormats: false,
    // zod reads patterns without the flag, too.
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
      // A schema that refers only to itself, or a property such as `valueOf` beside a constant.
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

/** Details that Ajv's messages leave out. */
const details = ["allowedValues", "allowedValue", "additionalProperty", "unevaluatedProperty"];

/** Reads a schema with a library; its error becomes the reason of the refusal. */
export function attemptReading<Result>(read: () => Result, reason: string): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(endless, useAnother);
    const detail = error instanceof Error ? error.message : String(error);
    throw unreadable(`${reason}: ${detail}`, useAnother);
  }
}

const useAnother = "Use a zod schema, or a simpler JSON Schema.";
const endless = "the JSON Schema is nested too deep, or contains itself instead of a `$ref`";

/** The error for a schema that cannot be read at all, and therefore has no path. */
export function unreadable(reason: string, suggestion: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({ code: "unsupported", path: "$", reason, suggestion });
}
