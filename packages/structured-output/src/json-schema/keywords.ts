/** The role of a keyword of JSON Schema here. A keyword that is missing from the table decides nothing. */
interface Keyword {
  /** The only type of value that it constrains. @default any type, or none */
  readonly about?: "object" | "array" | "string" | "number";
  /** The place of the schemas in its value: the value itself or a list of them, or under names. @default none */
  readonly holds?: "schemas" | "named schemas";
  /**
   * The strict form cannot carry it, so that the model reads it in the description: `too`, beside the schema that zod
   * reads; `instead`, since zod would refuse it. Ajv checks both in the answer. @default the strict form carries it
   */
  readonly said?: "too" | "instead";
  /** It does not decide whether a value fits. @default false */
  readonly isAnnotation?: true;
}

const object = { about: "object" } as const;
const array = { about: "array" } as const;
const string = { about: "string" } as const;
const number = { about: "number" } as const;
const schemas = { holds: "schemas" } as const;
const named = { holds: "named schemas" } as const;
const too = { said: "too" } as const;
const instead = { said: "instead" } as const;
const annotation = { isAnnotation: true } as const;

/** The keywords of drafts 4 to 2020-12. */
const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ["$ref", {}],
  ["$dynamicRef", {}],
  ["$recursiveRef", {}],
  ["type", {}],
  ["enum", {}],
  ["const", {}],
  ["format", {}],

  ["allOf", schemas],
  ["anyOf", schemas],
  ["oneOf", schemas],
  ["not", { ...schemas, ...instead }],
  ["if", { ...schemas, ...instead }],
  ["then", { ...schemas, ...instead }],
  ["else", { ...schemas, ...instead }],

  ["properties", { ...object, ...named }],
  ["patternProperties", { ...object, ...named, ...too }],
  ["additionalProperties", { ...object, ...schemas }],
  ["unevaluatedProperties", { ...schemas, ...instead }],
  ["propertyNames", { ...object, ...schemas, ...too }],
  ["required", object],
  ["minProperties", { ...object, ...too }],
  ["maxProperties", { ...object, ...too }],
  ["dependencies", { ...named, ...instead }],
  ["dependentSchemas", { ...named, ...instead }],
  ["dependentRequired", instead],

  ["items", { ...array, ...schemas }],
  ["prefixItems", { ...array, ...schemas }],
  ["additionalItems", { ...array, ...schemas }],
  ["unevaluatedItems", { ...schemas, ...instead }],
  ["contains", { ...array, ...schemas, ...too }],
  ["minContains", too],
  ["maxContains", too],
  ["minItems", array],
  ["maxItems", array],
  ["uniqueItems", { ...array, ...too }],

  ["minLength", string],
  ["maxLength", string],
  ["pattern", string],
  ["contentEncoding", too],
  ["contentMediaType", too],
  ["contentSchema", { ...schemas, ...too }],

  ["minimum", number],
  ["maximum", number],
  ["exclusiveMinimum", number],
  ["exclusiveMaximum", number],
  ["multipleOf", number],

  ["$schema", annotation],
  ["$id", annotation],
  ["id", annotation],
  ["$anchor", annotation],
  ["$comment", annotation],
  ["$vocabulary", annotation],
  ["$defs", { ...named, ...annotation }],
  ["definitions", { ...named, ...annotation }],
  ["title", annotation],
  ["description", annotation],
  ["default", annotation],
  ["examples", annotation],
  ["deprecated", annotation],
  ["readOnly", annotation],
  ["writeOnly", annotation],
]);

/** The role of a keyword; undefined for one that JSON Schema does not have. */
export function roleOf(keyword: string): Keyword | undefined {
  return keywords.get(keyword);
}
