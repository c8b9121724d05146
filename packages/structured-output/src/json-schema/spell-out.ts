import { isJsonObject } from "../wire/fits-wire.ts";
import { annotations } from "./is-json-schema.ts";
import { type JsonSchemaPart, mapValues, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * A JSON Schema that says outright what follows from it, since zod does not read it otherwise: constraints
 * without a `type` or beside a `$ref`, properties that are required without being listed, constants that are
 * objects or lists. What it takes grows narrower at most: by the letter, `minLength` without a `type` takes a
 * number too.
 */
export function spellOut(schema: JsonSchemaPart): JsonSchemaPart {
  const withoutConstants = rewriteJsonSchema(schema, (part) => spellConstants(keepTyped(part)));
  return rewriteJsonSchema(withoutConstants, (part) =>
    openReference(nameItems(nameRequired(nameType(part)))),
  );
}

/** Of an enum what is of the type that stands beside it. */
function keepTyped(part: JsonSchemaPart): JsonSchemaPart {
  const types = [part["type"]].flat();
  if (!Array.isArray(part["enum"]) || part["type"] === undefined) return part;
  return { ...part, enum: part["enum"].filter((value) => types.some((type) => isOf(type, value))) };
}

function isOf(type: unknown, value: unknown): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isJsonObject(value);
  return type === (value === null ? "null" : typeof value);
}

/** zod compares constants by identity, which no answer has. */
function spellConstants(part: JsonSchemaPart): JsonSchemaPart {
  const { const: constant, enum: values, ...others } = part;
  if (isComposed(constant)) return { ...others, ...constantPart(constant) };
  if (!Array.isArray(values) || !values.some(isComposed)) return part;
  const { type: _, ...besides } = others;
  const scalars = values.filter((value) => !isComposed(value));
  const options = values.filter(isComposed).map(constantPart);
  return {
    ...besides,
    anyOf: scalars.length === 0 ? options : [{ enum: scalars }, ...options],
    ...("anyOf" in others && { allOf: [{ anyOf: others["anyOf"] }] }),
  };
}

function isComposed(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function constantPart(value: unknown): JsonSchemaPart {
  if (Array.isArray(value))
    return {
      type: "array",
      ...(value.length > 0 && { prefixItems: value.map(constantPart), items: false }),
      minItems: value.length,
      maxItems: value.length,
    };
  if (!isJsonObject(value)) return { const: value };
  return {
    type: "object",
    properties: mapValues(value, constantPart),
    required: Object.keys(value),
    additionalProperties: false,
  };
}

/** The type that the constraints are about, where none is given. */
function nameType(part: JsonSchemaPart): JsonSchemaPart {
  if (says(part, ["type", "enum", "const", "$ref"])) return part;
  // What stands beside several options may be about one of them; but properties are about all.
  const isAboutAll = !says(part, ["anyOf", "oneOf", "allOf"]);
  const types = Object.entries(constraints).flatMap(([type, keywords]) =>
    says(part, keywords) && (isAboutAll || type === "object") ? [type] : [],
  );
  return types.length === 0 ? part : { ...part, type: types.length === 1 ? types[0] : types };
}

function says(part: JsonSchemaPart, keywords: readonly string[]): boolean {
  return keywords.some((keyword) => keyword in part);
}

const constraints: Readonly<Record<string, readonly string[]>> = {
  object: (
    "properties required additionalProperties patternProperties propertyNames minProperties maxProperties " +
    "dependencies"
  ).split(" "),
  array: "items prefixItems additionalItems contains minItems maxItems uniqueItems".split(" "),
  string: ["minLength", "maxLength", "pattern"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
};

/** zod requires what is listed alone. */
function nameRequired(part: JsonSchemaPart): JsonSchemaPart {
  const { type, required, properties = {}, additionalProperties: others = true } = part;
  if (type !== "object" || !Array.isArray(required) || !isJsonObject(properties)) return part;
  if (others === false || "patternProperties" in part) return part;
  const names = required.map(String).filter((name) => !Object.hasOwn(properties, name));
  return names.length === 0
    ? part
    : {
        ...part,
        properties: { ...properties, ...Object.fromEntries(names.map((name) => [name, others])) },
      };
}

/** zod counts the items of a list alone that says what they are. */
function nameItems(part: JsonSchemaPart): JsonSchemaPart {
  const isList = [part["type"]].flat().includes("array");
  return isList && !says(part, ["items", "prefixItems"]) ? { ...part, items: true } : part;
}

/** zod reads nothing beside a reference. */
function openReference(part: JsonSchemaPart): JsonSchemaPart {
  const { $ref: reference, ...others } = part;
  const constrains = (keyword: string) => !annotations.has(keyword);
  if (reference === undefined || !Object.keys(others).some(constrains)) return part;
  const besides = Object.entries(others).filter(([keyword]) => constrains(keyword));
  const said = Object.entries(others).filter(([keyword]) => !constrains(keyword));
  return {
    ...Object.fromEntries(said),
    allOf: [{ $ref: reference }, nameRequired(nameType(Object.fromEntries(besides)))],
  };
}
