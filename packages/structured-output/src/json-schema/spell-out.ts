import { isJsonObject, sentences } from "@ktx/json-answer/wire";
import { isDeepStrictEqual } from "node:util";
import { annotations } from "./is-json-schema.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * Makes explicit the parts of a JSON Schema that zod does not infer: the `type` of constraints, constraints beside a
 * `$ref`, and required properties that are not listed. The result accepts no value that the original refuses. Keywords
 * that zod does not read go to the description, for the model.
 */
export function spellOut(schema: JsonSchemaPart): JsonSchemaPart {
  return rewriteJsonSchema(schema, (part) => openReference(spellPart(sayUnread(part))));
}

function spellPart(part: JsonSchemaPart): JsonSchemaPart {
  return nameItems(nameRequired(nameType(part)));
}

function sayUnread(part: JsonSchemaPart): JsonSchemaPart {
  const [said, read] = split(part, isUnread);
  if (Object.keys(said).length === 0) return part;
  const text = `Must also match the JSON Schema ${JSON.stringify(said)}.`;
  return { ...read, description: sentences([part["description"], text]) };
}

function isUnread(keyword: string, value: unknown): boolean {
  // zod compares constants by identity, so an object or list of an answer never matches.
  if (keyword === "const" || keyword === "enum")
    return [value].flat().some((constant) => typeof constant === "object" && constant !== null);
  // zod reads `not: {}`, which no value fits.
  return unread.has(keyword) && !(keyword === "not" && isDeepStrictEqual(value, {}));
}

const unread = new Set(
  (
    "not if then else dependencies dependentRequired dependentSchemas unevaluatedProperties " +
    "unevaluatedItems"
  ).split(" "),
);

/** Adds the type that the constraints imply, unless a type is given. */
function nameType(part: JsonSchemaPart): JsonSchemaPart {
  if (says(part, ["type", "enum", "const", "$ref"])) return part;
  // Keywords beside several options may concern only one of them; properties concern all of them.
  const isAboutAll = !says(part, ["anyOf", "oneOf", "allOf"]);
  const types = Object.entries(constraints).flatMap(([type, keywords]) =>
    says(part, keywords.split(" ")) && (isAboutAll || type === "object") ? [type] : [],
  );
  return types.length === 0 ? part : { ...part, type: types.length === 1 ? types[0] : types };
}

function says(part: JsonSchemaPart, keywords: readonly string[]): boolean {
  return keywords.some((keyword) => keyword in part);
}

const constraints: Readonly<Record<string, string>> = {
  object:
    "properties required additionalProperties patternProperties propertyNames minProperties maxProperties",
  array: "items prefixItems additionalItems contains minItems maxItems uniqueItems",
  string: "minLength maxLength pattern",
  number: "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
};

/** zod requires only properties that are listed. */
function nameRequired(part: JsonSchemaPart): JsonSchemaPart {
  const { type, required, properties = {}, additionalProperties: others = true } = part;
  if (type !== "object" || !Array.isArray(required) || !isJsonObject(properties)) return part;
  if (others === false || "patternProperties" in part) return part;
  const names = required.map(String).filter((name) => !Object.hasOwn(properties, name));
  const named = Object.fromEntries(names.map((name) => [name, others]));
  return names.length === 0 ? part : { ...part, properties: { ...properties, ...named } };
}

/** zod counts the items of a list only if they have a schema. */
function nameItems(part: JsonSchemaPart): JsonSchemaPart {
  const isList = [part["type"]].flat().includes("array");
  return isList && !says(part, ["items", "prefixItems"]) ? { ...part, items: true } : part;
}

/** zod reads no keyword beside a reference. */
function openReference({ $ref: reference, ...part }: JsonSchemaPart): JsonSchemaPart {
  if (reference === undefined) return part;
  const [said, besides] = split(part, (keyword) => annotations.has(keyword));
  return Object.keys(besides).length === 0
    ? { $ref: reference, ...said }
    : { ...said, allOf: [{ $ref: reference }, spellPart(besides)] };
}

/** Separates the keywords that satisfy the condition from the others. */
function split(
  part: JsonSchemaPart,
  holds: (keyword: string, value: unknown) => boolean,
): [JsonSchemaPart, JsonSchemaPart] {
  const { yes = [], no = [] } = Object.groupBy(Object.entries(part), ([keyword, value]) =>
    holds(keyword, value) ? "yes" : "no",
  );
  return [Object.fromEntries(yes), Object.fromEntries(no)];
}
