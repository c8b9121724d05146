import { isNestedDeeper } from "./is-nested-deeper.ts";
import { isRecord } from "./is-record.ts";
import { resolveReference } from "./resolve-reference.ts";
import { shareFirstKey } from "./strict-first-keys.ts";
import { findKeywordValueProblem } from "./strict-keyword-values.ts";
import { findReferenceProblem } from "./strict-reference.ts";
import { findStrictLimitProblem } from "./strict-schema-limits.ts";
import {
  inContext,
  notAJsonSchema,
  pathOf,
  problem,
  quote,
  show,
  showJson,
  type StrictSchemaProblem,
} from "./strict-schema-problem.ts";

/**
 * Checks a schema against the rules of Structured Outputs with `strict: true`: the documented subset of JSON
 * Schema, and what the service is known to refuse beyond it. `docs/strict-schema.md` has every rule with its
 * source. Codex names each output schema `codex_output_schema`, so the messages do too.
 */
export function findStrictSchemaProblem(schema: unknown): StrictSchemaProblem | undefined {
  if (!isRecord(schema)) return notAJsonSchema([]);
  if (isNestedDeeper(schema, mostLevels))
    return problem([], `more than ${mostLevels} levels of nesting exceeds limit of 10.`);
  if (schema["type"] !== "object" || "anyOf" in schema) return notAnObject(schema);
  return findInSchema(schema, { root: schema, steps: [] }) ?? findLimitProblem(schema);
}

/** Of the JSON itself; no schema of 10 levels comes near it. */
const mostLevels = 500;

interface Place {
  readonly root: Readonly<Record<string, unknown>>;
  readonly steps: readonly string[];
}

type Rule = (node: Readonly<Record<string, unknown>>, place: Place) => Problem;
type Problem = StrictSchemaProblem | undefined;

const permittedKeywords = words(
  "$schema $id $ref $defs definitions title description type enum const anyOf",
  "properties required additionalProperties items minItems maxItems",
  "pattern format multipleOf minimum maximum exclusiveMinimum exclusiveMaximum",
);

const permittedFormats = words("date-time time date duration email hostname ipv4 ipv6 uuid");

const jsonTypes = words("string number boolean integer object array null");

const rules: readonly Rule[] = [
  checkKeywords,
  checkKeywordValues,
  checkType,
  checkObject,
  checkProperties,
  checkArray,
  checkValues,
  checkString,
  checkVariants,
  checkDefinitions,
];

function findInSchema(schema: unknown, place: Place): Problem {
  if (!isRecord(schema)) return notAJsonSchema(place.steps);
  if ("$ref" in schema) return findReferenceProblem(schema, place);
  return firstProblem(rules, (rule) => rule(schema, place));
}

function checkKeywords(node: Readonly<Record<string, unknown>>, { steps }: Place): Problem {
  const unknown = Object.keys(node).find((keyword) => !permittedKeywords.has(keyword));
  if (unknown !== undefined) return inContext(steps, `${quote(unknown)} is not permitted.`);
}

function checkKeywordValues(node: Readonly<Record<string, unknown>>, { steps }: Place): Problem {
  const fault = findKeywordValueProblem(node);
  return fault === undefined ? undefined : inContext(steps, fault);
}

function checkType(node: Readonly<Record<string, unknown>>, { steps }: Place): Problem {
  if (node["type"] === undefined)
    return "anyOf" in node ? undefined : inContext(steps, "schema must have a 'type' key.");
  const unknown = typesOf(node).find((type) => typeof type !== "string" || !jsonTypes.has(type));
  if (unknown !== undefined)
    return inContext(steps, `${quote(show(unknown))} is not valid under any of the given schemas.`);
}

function checkObject(node: Readonly<Record<string, unknown>>, place: Place): Problem {
  if (!typesOf(node).includes("object")) return;
  if (node["additionalProperties"] !== false)
    return inContext(
      place.steps,
      "'additionalProperties' is required to be supplied and to be false.",
    );
  const properties = isRecord(node["properties"]) ? node["properties"] : {};
  const required: readonly unknown[] = Array.isArray(node["required"]) ? node["required"] : [];
  const missing = Object.keys(properties).find((key) => !required.includes(key));
  if (missing !== undefined)
    return inContext(place.steps, `${requiredRule} Missing ${quote(missing)}.`);
  const extra = required.find((key) => !Object.hasOwn(properties, show(key)));
  if (extra !== undefined)
    return inContext(
      place.steps,
      `${requiredRule} Extra required key ${quote(show(extra))} supplied.`,
    );
}

/** Also where the type has none. */
function checkProperties(node: Readonly<Record<string, unknown>>, place: Place): Problem {
  const properties = isRecord(node["properties"]) ? node["properties"] : {};
  return firstProblem(Object.entries(properties), ([key, property]) =>
    findInSchema(property, below(place, "properties", key)),
  );
}

const requiredRule =
  "'required' is required to be supplied and to be an array including every key in properties.";

function checkArray(node: Readonly<Record<string, unknown>>, place: Place): Problem {
  if (!typesOf(node).includes("array")) return;
  if (!("items" in node)) return inContext(place.steps, "array schema missing items.");
  return findInSchema(node["items"], below(place, "items"));
}

function checkValues(node: Readonly<Record<string, unknown>>, { steps }: Place): Problem {
  const values = [
    ...(Array.isArray(node["enum"]) ? node["enum"] : []),
    ...("const" in node ? [node["const"]] : []),
  ];
  const stray = values.findIndex((value) => !typesOf(node).some((type) => isOfType(value, type)));
  if (stray >= 0)
    return inContext(
      steps,
      `enum value ${showJson(values[stray])} does not validate against {'type': ${JSON.stringify(node["type"])}}.`,
    );
}

function checkString({ format, pattern }: Readonly<Record<string, unknown>>, { steps }: Place) {
  if (format !== undefined && !permittedFormats.has(show(format)))
    return inContext(steps, `${quote(show(format))} is not a valid format.`);
  if (typeof pattern === "string" && hasLookaround(pattern))
    return {
      path: pathOf(steps),
      message: `Invalid JSON schema: regex lookaround is not supported. Found at ${pathOf([...steps, "pattern"])}.`,
    };
}

/** Outside of escapes and classes. */
function hasLookaround(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./gs, "_").replaceAll(/\[[^\]]*\]/g, "_");
  return /\(\?<?[=!]/.test(bare);
}

function checkVariants(node: Readonly<Record<string, unknown>>, place: Place): Problem {
  if (!("anyOf" in node)) return;
  const variants: readonly unknown[] = Array.isArray(node["anyOf"]) ? node["anyOf"] : [];
  if (variants.length === 0) return notAJsonSchema(place.steps);
  const found = firstProblem(variants.entries(), ([index, variant]) =>
    findInSchema(variant, below(place, "anyOf", String(index))),
  );
  if (found !== undefined || !shareFirstKey(variants, place.root)) return found;
  return {
    path: pathOf(place.steps),
    message:
      "Invalid schema: Objects provided via 'anyOf' must not share identical first keys. Consider adding a discriminator key or rearranging the properties to ensure the first key is unique.",
  };
}

function checkDefinitions(node: Readonly<Record<string, unknown>>, place: Place): Problem {
  return firstProblem(["$defs", "definitions"], (group) => {
    const definitions = node[group];
    return firstProblem(
      isRecord(definitions) ? Object.entries(definitions) : [],
      ([name, definition]) => findInSchema(definition, below(place, group, name)),
    );
  });
}

function findLimitProblem(schema: Readonly<Record<string, unknown>>): Problem {
  const sentence = findStrictLimitProblem(schema, (reference) =>
    resolveReference(schema, reference),
  );
  return sentence === undefined ? undefined : problem([], sentence);
}

function notAnObject(schema: Readonly<Record<string, unknown>>): StrictSchemaProblem {
  const type = "anyOf" in schema ? "None" : show(schema["type"] ?? "None");
  return problem([], `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`);
}

function below(place: Place, ...steps: readonly string[]): Place {
  return { root: place.root, steps: [...place.steps, ...steps] };
}

function typesOf(node: Readonly<Record<string, unknown>>): readonly unknown[] {
  const type = node["type"];
  return Array.isArray(type) ? type : [type];
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isRecord(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}

function firstProblem<Item>(items: Iterable<Item>, find: (item: Item) => Problem): Problem {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
}
