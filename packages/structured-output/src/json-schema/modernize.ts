import { isJsonObject } from "../wire/fits-wire.ts";
import { liftReferences } from "./lift-references.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/** A JSON Schema of any draft, or of OpenAPI 3.0, or of a mixture, in the words of draft 2020-12. */
export function modernize(schema: JsonSchemaPart): JsonSchemaPart {
  const {
    $schema: _,
    definitions,
    ...others
  } = rewriteJsonSchema(liftReferences(schema), modernizePart);
  if (!isJsonObject(definitions)) return others;
  const own = isJsonObject(others["$defs"]) ? others["$defs"] : {};
  return { ...others, $defs: { ...definitions, ...own } };
}

function modernizePart(part: JsonSchemaPart): JsonSchemaPart {
  const changed = limits.reduce(numberLimit, namePositions(allowNull(part)));
  const { id, $ref: reference, dependencies, ...others } = changed;
  return {
    ...others,
    // Draft 4 says `id` for `$id`; neither is needed here.
    ...(typeof id !== "string" && id !== undefined && { id }),
    ...(typeof reference === "string" && {
      $ref: reference.replace(/^#\/definitions\//, "#/$defs/"),
    }),
    ...(isJsonObject(dependencies) && splitDependencies(dependencies)),
  };
}

/** OpenAPI 3.0 says so beside the type. */
function allowNull({ nullable, ...part }: JsonSchemaPart): JsonSchemaPart {
  return nullable === true && typeof part["type"] === "string"
    ? { ...part, type: [part["type"], "null"] }
    : part;
}

/** A list of `items` is that of the first ones, since 2020 `prefixItems`. */
function namePositions(part: JsonSchemaPart): JsonSchemaPart {
  const { items, additionalItems, ...others } = part;
  if (!Array.isArray(items)) return part;
  return {
    ...others,
    prefixItems: items,
    ...(additionalItems !== undefined && { items: additionalItems }),
  };
}

const limits = [
  ["minimum", "exclusiveMinimum"],
  ["maximum", "exclusiveMaximum"],
] as const;

/** In draft 4 a limit is inclusive or not; since draft 6 these are two limits. */
function numberLimit(
  part: JsonSchemaPart,
  [limit, exclusive]: (typeof limits)[number],
): JsonSchemaPart {
  const { [limit]: value, [exclusive]: isExclusive, ...others } = part;
  if (typeof isExclusive !== "boolean") return part;
  return value === undefined ? others : { ...others, [isExclusive ? exclusive : limit]: value };
}

function splitDependencies(dependencies: JsonSchemaPart): JsonSchemaPart {
  const [required, schemas] = [true, false].map((isList) =>
    Object.entries(dependencies).filter(([, needed]) => Array.isArray(needed) === isList),
  );
  return {
    ...(required?.length && { dependentRequired: Object.fromEntries(required) }),
    ...(schemas?.length && { dependentSchemas: Object.fromEntries(schemas) }),
  };
}
