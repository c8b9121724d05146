import { isJsonObject, sentences } from "@ktx/json-answer/wire";
import { isDeepStrictEqual } from "node:util";
import { roleOf } from "./keywords.ts";
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
  const said = Object.entries(part).filter(([keyword, value]) => howSaid(keyword, value));
  if (said.length === 0) return part;
  const [, read] = split(part, (keyword, value) => howSaid(keyword, value) === "instead");
  const text = `Must also match the JSON Schema ${JSON.stringify(Object.fromEntries(said))}.`;
  return { ...read, description: sentences([part["description"], text]) };
}

function howSaid(keyword: string, value: unknown): "too" | "instead" | undefined {
  // zod compares constants by identity, so an object or list of an answer never matches.
  if (keyword === "const" || keyword === "enum") {
    const isDeep = (constant: unknown): boolean =>
      typeof constant === "object" && constant !== null;
    return [value].flat().some(isDeep) ? "instead" : undefined;
  }
  // zod reads `not: {}`, which no value fits.
  if (keyword === "not" && isDeepStrictEqual(value, {})) return undefined;
  const allowsAll =
    (keyword === "uniqueItems" && value === false) || (keyword === "minProperties" && value === 0);
  return allowsAll ? undefined : roleOf(keyword)?.said;
}

/** Adds the type that the constraints imply, unless a type is given. */
function nameType(part: JsonSchemaPart): JsonSchemaPart {
  if (says(part, ["type", "enum", "const", "$ref"])) return part;
  // Keywords beside several options may concern only one of them; properties concern all of them.
  const isAboutAll = !says(part, ["anyOf", "oneOf", "allOf"]);
  const about = new Set(Object.keys(part).map((keyword) => roleOf(keyword)?.about));
  const types = typesInOrder.filter((type) => about.has(type) && (isAboutAll || type === "object"));
  return types.length === 0 ? part : { ...part, type: types.length === 1 ? types[0] : types };
}

function says(part: JsonSchemaPart, keywords: readonly string[]): boolean {
  return keywords.some((keyword) => keyword in part);
}

const typesInOrder = ["object", "array", "string", "number"] as const;

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
  const [said, besides] = split(part, (keyword) => roleOf(keyword)?.isAnnotation === true);
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
