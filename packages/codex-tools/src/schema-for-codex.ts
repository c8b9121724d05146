import { isPart, type JsonSchemaPart } from "./json-schema-part.ts";
import { writePositions } from "./positions.ts";

/** The keywords that Codex passes on unchanged (measured on 0.163.0). */
export const shownKeywords: ReadonlySet<string> = new Set([
  "type",
  "enum",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minItems",
  "anyOf",
  "oneOf",
  "allOf",
  "$ref",
  "$defs",
  "description",
]);

/**
 * A JSON Schema in a form that Codex passes on to the model unchanged: without the keywords that it drops, and with
 * equivalents of the parts that it would change. The tests of `@ktx/codex-runtime` have the table, measured.
 */
export function schemaForCodex(schema: JsonSchemaPart): JsonSchemaPart {
  const part = withTypedValues(withNamedKeys(writePositions(schema)));
  const passed = Object.entries(part).flatMap(([keyword, value]) =>
    shownKeywords.has(keyword) ? [[keyword, passOn(keyword, value)] as const] : [],
  );
  const [first, ...others] = passed.map(([keyword]) => keyword);
  return {
    ...Object.fromEntries(passed),
    // Otherwise Codex reads the items as strings, and adds the properties.
    ...(part["type"] === "array" && part["items"] === undefined && { items: {} }),
    ...(part["type"] === "object" && part["properties"] === undefined && { properties: {} }),
    // Codex drops a description that stands alone.
    ...(first === "description" && others.length === 0 && { anyOf: [{}] }),
  };
}

function passOn(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case "properties":
    case "$defs":
      return isPart(value) ? passOnEach(value) : {};
    case "anyOf":
    case "oneOf":
    case "allOf":
      return Array.isArray(value) ? value.map(inner) : [];
    case "items":
      return inner(value);
    case "additionalProperties":
      return typeof value === "boolean" ? value : inner(value);
    default:
      return value;
  }
}

/** Codex reads `true` as a string. */
function inner(value: unknown): JsonSchemaPart {
  return isPart(value) ? schemaForCodex(value) : {};
}

/** Omits a property that accepts no value. */
function passOnEach(parts: JsonSchemaPart): JsonSchemaPart {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) =>
      isNever(part) ? [] : [[name, inner(part)] as const],
    ),
  );
}

/** The JSON Schema of `z.never()`. */
function isNever(part: unknown): boolean {
  return isPart(part) && isPart(part["not"]) && Object.keys(part["not"]).length === 0;
}

/** Known keys become properties; Codex shows no other key names. */
function withNamedKeys(part: JsonSchemaPart): JsonSchemaPart {
  const { propertyNames, patternProperties, additionalProperties: value = {}, ...others } = part;
  if (isPart(patternProperties))
    return {
      ...others,
      additionalProperties: { anyOf: [...Object.values(patternProperties), value] },
    };
  const names = isPart(propertyNames) ? [propertyNames["enum"] ?? propertyNames["const"]] : [];
  const known = names.flat().filter((name) => typeof name === "string");
  return known.length === 0
    ? part
    : {
        ...others,
        properties: Object.fromEntries(known.map((name) => [name, value])),
        additionalProperties: false,
      };
}

/** Codex reads values without a type as strings, and a constant as an `enum` of one value. */
function withTypedValues(part: JsonSchemaPart): JsonSchemaPart {
  const { const: constant, enum: listed, ...others } = part;
  const values = constant === undefined ? listed : [constant];
  if (!Array.isArray(values)) return part;
  if (others["type"] !== undefined) return { ...others, enum: values };
  const options = Object.entries(Object.groupBy(values, typeOf)).map(([type, ofType]) =>
    type === "null" ? { type } : { type, enum: ofType },
  );
  const [only] = options;
  return options.length === 1 ? { ...others, ...only } : { ...others, anyOf: options };
}

function typeOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
