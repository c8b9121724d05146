/** True for an object with a keyword of JSON Schema, or with annotations alone: a schema of any value. */
export function isJsonSchema(value: object): boolean {
  const keys = Object.keys(value);
  return keys.some((key) => assertions.has(key)) || keys.every((key) => annotations.has(key));
}

/** The applicators and assertions of drafts 4 to 2020-12. */
const assertions = new Set(
  (
    "$ref $dynamicRef $recursiveRef type enum const allOf anyOf oneOf not if then else " +
    "properties patternProperties additionalProperties unevaluatedProperties propertyNames " +
    "required minProperties maxProperties dependencies dependentRequired dependentSchemas " +
    "items prefixItems additionalItems unevaluatedItems contains minContains maxContains " +
    "minItems maxItems uniqueItems minimum maximum exclusiveMinimum exclusiveMaximum multipleOf " +
    "minLength maxLength pattern format contentEncoding contentMediaType contentSchema"
  ).split(" "),
);

/** Keywords that do not decide whether a value fits. */
export const annotations: ReadonlySet<string> = new Set(
  (
    "$schema $id id $anchor $comment $vocabulary $defs definitions title description default " +
    "examples deprecated readOnly writeOnly"
  ).split(" "),
);
