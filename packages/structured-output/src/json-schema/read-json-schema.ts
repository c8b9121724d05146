import { z } from "zod";
import { attemptReading, unreadable } from "./attempt-reading.ts";
import { modernize } from "./modernize.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";
import { spellOut } from "./spell-out.ts";

/**
 * What zod makes of a JSON Schema that has been put into words that zod reads, and changed otherwise where
 * that is asked for.
 *
 * @throws {UnsupportedOutputSchemaError} if zod cannot read it even so.
 */
export function readJsonSchema(
  schema: JsonSchemaPart,
  change: (schema: JsonSchemaPart) => JsonSchemaPart = (readable) => readable,
): z.core.$ZodType {
  if (!("fromJSONSchema" in z))
    throw unreadable("this zod cannot read JSON Schemas", "Use zod 4.2 or later, or a zod schema.");
  // An object that contains itself overflows the stack, too.
  const endless = "the JSON Schema is nested too deep, or contains itself instead of a `$ref`";
  const readable = attemptReading(() => change(spellOut(modernize(schema))), endless);
  return attemptReading(
    () => z.fromJSONSchema({ ...rewriteJsonSchema(readable, refuseUnread) }),
    "zod cannot read the JSON Schema",
  );
}

/** zod would take these for anything at all, or for null. */
function refuseUnread(part: JsonSchemaPart): JsonSchemaPart {
  const unread = ["$dynamicRef", "$recursiveRef"].find((keyword) => keyword in part);
  if (unread !== undefined) throw new Error(`${unread} is not supported, $ref is`);
  const constants = [part["const"], part["enum"]].flat();
  if (constants.some((value) => typeof value === "number" && !Number.isFinite(value)))
    throw new Error("Infinity and NaN have no JSON form");
  return part;
}
