import { isRecord } from "./is-record.ts";
import { showJson } from "./strict-schema-problem.ts";

type Node = Readonly<Record<string, unknown>>;

/** The fault of a keyword's value, which JSON Schema itself refuses, in the words of Python's jsonschema. */
export function findKeywordValueProblem(node: Node): string | undefined {
  for (const [keyword, value] of Object.entries(node)) {
    const fault = checks.get(keyword)?.(value);
    if (fault !== undefined) return `${showJson(value)} ${fault}.`;
  }
}

type Check = (value: unknown) => string | undefined;

const isText: Check = (value) =>
  typeof value === "string" ? undefined : "is not of type 'string'";
const isObject: Check = (value) => (isRecord(value) ? undefined : "is not of type 'object'");
const isNumber: Check = (value) =>
  typeof value === "number" && Number.isFinite(value) ? undefined : "is not of type 'number'";

const isCount: Check = (value) => {
  if (typeof value !== "number" || !Number.isInteger(value)) return "is not of type 'integer'";
  return value < 0 ? "is less than the minimum of 0" : undefined;
};

const isStep: Check = (value) =>
  isNumber(value) ?? (Number(value) > 0 ? undefined : "is less than or equal to the minimum of 0");

const isPattern: Check = (value) => {
  if (typeof value !== "string") return isText(value);
  try {
    RegExp(value);
  } catch {
    return "is not a 'regex'";
  }
};

const isFilled: Check = (value) => {
  if (!Array.isArray(value)) return "is not of type 'array'";
  return value.length === 0 ? "should be non-empty" : undefined;
};

const isNames: Check = (value) => {
  if (!Array.isArray(value)) return "is not of type 'array'";
  if (!value.every((name) => typeof name === "string")) return "holds what is not of type 'string'";
  return new Set(value).size === value.length ? undefined : "has non-unique elements";
};

const isType: Check = (value) => {
  if (typeof value === "string") return undefined;
  return Array.isArray(value)
    ? (isFilled(value) ?? isNames(value))
    : "is not valid under any of the given schemas";
};

const isSchema: Check = (value) =>
  isRecord(value) || typeof value === "boolean" ? undefined : "is not of type 'object', 'boolean'";

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ...each("$schema $id id $ref title description format", isText),
  ...each("properties $defs definitions", isObject),
  ...each("items additionalProperties", isSchema),
  ...each("minimum maximum exclusiveMinimum exclusiveMaximum", isNumber),
  ...each("minItems maxItems", isCount),
  ["multipleOf", isStep],
  ["pattern", isPattern],
  ["enum", isFilled],
  ["required", isNames],
  ["type", isType],
]);

function each(keywords: string, check: Check): [string, Check][] {
  return keywords.split(" ").map((keyword) => [keyword, check]);
}
