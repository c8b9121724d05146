import { sentences } from "../sentences.ts";
import { isJsonObject } from "../wire/fits-wire.ts";
import { type JsonSchemaPart, mapValues, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * A JSON Schema in which objects that list their properties, and say nothing of others, have no others. By the
 * letter they would take anything besides, but whoever writes `{ "properties": { "name": … } }` as a form means
 * just that, and asking the model for "other properties" everywhere would invite it to invent some.
 */
export function closeObjects(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) =>
    listsProperties(part) && !openings.some((keyword) => keyword in part)
      ? { ...part, additionalProperties: false }
      : part,
  );
}

const openings = ["additionalProperties", "patternProperties"];

function listsProperties({ properties }: JsonSchemaPart): boolean {
  return isJsonObject(properties) && Object.keys(properties).length > 0;
}

/**
 * A JSON Schema in which what is required has no default. zod takes a property with a default for one that may
 * be left out, and fills it in; the library that wrote the schema would miss it.
 */
export function requireWithoutDefault(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) => {
    const { properties, required } = part;
    if (!isJsonObject(properties) || !Array.isArray(required)) return part;
    const without = (property: unknown, key: string): unknown => {
      if (!required.includes(key) || !isJsonObject(property)) return property;
      const { default: _, ...others } = property;
      return others;
    };
    return { ...part, properties: mapValues(properties, without) };
  });
}

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
