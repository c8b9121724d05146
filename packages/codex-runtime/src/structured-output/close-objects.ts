import { isJsonObject } from "./wire/fits-wire.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A JSON Schema in which every object that lists its properties has no others, unless it says otherwise. By the
 * letter such an object may have any others besides, but whoever writes down what an answer consists of means
 * just that, and asking the model for "other properties" everywhere would invite it to invent some.
 */
export function closeObjects(schema: JsonSchema): JsonSchema {
  return rewrite(schema, (part) => {
    const saysNothing = !openings.some((keyword) => keyword in part);
    const typed = typeObject(part);
    return saysNothing && listsProperties(part) ? { ...typed, additionalProperties: false } : typed;
  });
}

/**
 * A JSON Schema in which every object says that it is one. By the letter, `properties` without a `type` takes
 * anything that is no object too, and zod reads it as anything at all.
 */
export function typeObjects(schema: JsonSchema): JsonSchema {
  return rewrite(schema, typeObject);
}

function typeObject(part: JsonSchema): JsonSchema {
  const saysType = ["type", "$ref", "enum", "const"].some((keyword) => keyword in part);
  return !saysType && listsProperties(part) ? { ...part, type: "object" } : part;
}

function listsProperties({ properties }: JsonSchema): boolean {
  return isJsonObject(properties) && Object.keys(properties).length > 0;
}

type Change = (part: JsonSchema) => JsonSchema;

function rewrite(schema: JsonSchema, change: Change): JsonSchema {
  return change(
    Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => [
        keyword,
        rewriteBelow(keyword, value, change),
      ]),
    ),
  );
}

const openings = ["additionalProperties", "patternProperties", "unevaluatedProperties"];
const maps = new Set(["properties", "patternProperties", "$defs", "definitions"]);
const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const single = new Set(["items", "additionalProperties", "additionalItems", "contains", "not"]);

function rewriteBelow(keyword: string, value: unknown, change: Change): unknown {
  const inner = (part: unknown) => (isJsonObject(part) ? rewrite(part, change) : part);
  if (maps.has(keyword) && isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
  if ((lists.has(keyword) || keyword === "items") && Array.isArray(value)) return value.map(inner);
  return single.has(keyword) ? inner(value) : value;
}
