import { isJsonObject } from "../wire/fits-wire.ts";
import { sentences } from "../sentences.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/** A JSON Schema in which the constraints that zod cannot read stand in the description, for the model. */
export function sayUnread(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) => {
    const isUnread = ([keyword, value]: [string, unknown]) =>
      unread.has(keyword) && !(keyword === "not" && isNever(value));
    const said = Object.entries(part).filter(isUnread);
    if (said.length === 0) return part;
    const text = `Must also match the JSON Schema ${JSON.stringify(Object.fromEntries(said))}.`;
    return {
      ...Object.fromEntries(Object.entries(part).filter((entry) => !isUnread(entry))),
      description: sentences([part["description"], text]),
    };
  });
}

/** What zod does read: nothing at all fits. */
function isNever(negated: unknown): boolean {
  return isJsonObject(negated) && Object.keys(negated).length === 0;
}

const unread = new Set(
  "not if then else dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems".split(
    " ",
  ),
);
