import { isJsonObject } from "./wire/fits-wire.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A JSON Schema in which every object that lists its properties has no others, unless it says otherwise. By the
 * letter such an object may have any others besides, but whoever writes down what an answer consists of means
 * just that, and asking the model for "other properties" everywhere would invite it to invent some.
 */
export function closeObjects(schema: JsonSchema): JsonSchema {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, closeBelow(keyword, value)]),
  );
  const saysNothing = !openings.some((keyword) => keyword in schema);
  const properties = isJsonObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  return saysNothing && properties.length > 0 ? { ...inner, additionalProperties: false } : inner;
}

const openings = ["additionalProperties", "patternProperties", "unevaluatedProperties"];
const maps = new Set(["properties", "patternProperties", "$defs", "definitions"]);
const lists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const single = new Set(["items", "additionalProperties", "additionalItems", "contains", "not"]);

function closeBelow(keyword: string, value: unknown): unknown {
  if (maps.has(keyword) && isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closePart(part)]));
  if ((lists.has(keyword) || keyword === "items") && Array.isArray(value))
    return value.map(closePart);
  return single.has(keyword) ? closePart(value) : value;
}

function closePart(part: unknown): unknown {
  return isJsonObject(part) ? closeObjects(part) : part;
}
