import { isJsonObject } from "../wire/fits-wire.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * A JSON Schema of any draft, or of OpenAPI 3.0, or of a mixture, in the words of draft 2020-12. Whatever is
 * referred to is a definition: generators refer to where they first wrote a part, such as `#/properties/a`, and
 * zod looks only among the definitions.
 */
export function modernize(schema: JsonSchemaPart): JsonSchemaPart {
  const { $schema: _, $defs: __, definitions: ___, ...root } = schema;
  const lifted = new Map<string, JsonSchemaPart>();
  const names: string[] = [];
  const modernizePart = (part: JsonSchemaPart): JsonSchemaPart => {
    const { $ref: reference } = part;
    const target = typeof reference === "string" ? targetOf(schema, reference) : undefined;
    if (typeof reference !== "string" || target === undefined) return inModernWords(part);
    if (!names.includes(reference)) {
      names.push(reference);
      lifted.set(reference, rewriteJsonSchema(target, modernizePart));
    }
    return { ...inModernWords(part), $ref: `#/$defs/${names.indexOf(reference)}` };
  };
  const modern = rewriteJsonSchema(root, modernizePart);
  const definitions = names.map((name, index) => [index, lifted.get(name)]);
  return { ...modern, ...(names.length > 0 && { $defs: Object.fromEntries(definitions) }) };
}

/** What a reference points to, unless that is the root. */
function targetOf(root: JsonSchemaPart, reference: string): JsonSchemaPart | undefined {
  if (!reference.startsWith("#/")) return;
  let target: unknown = root;
  for (const step of reference.split("/").slice(1)) {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    target = Object.hasOwn(Object(target), key) ? Object(target)[key] : undefined;
  }
  return isJsonObject(target) ? target : undefined;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    // It is no URI, and leads nowhere.
    return step;
  }
}

function inModernWords({ id, nullable, ...part }: JsonSchemaPart): JsonSchemaPart {
  const { type, items, additionalItems, minimum, exclusiveMinimum, maximum, exclusiveMaximum } =
    part;
  return defined({
    ...part,
    // Draft 4 says `id` for `$id`; neither is needed here.
    id: typeof id === "string" ? undefined : id,
    // OpenAPI 3.0 says so beside the type.
    type: nullable === true && typeof type === "string" ? [type, "null"] : type,
    // A list of `items` is that of the first ones, since 2020 `prefixItems`.
    ...(Array.isArray(items) && {
      prefixItems: items,
      items: additionalItems,
      additionalItems: undefined,
    }),
    // In draft 4 a limit is inclusive or not; since draft 6 these are two limits.
    ...(typeof exclusiveMinimum === "boolean" && {
      minimum: exclusiveMinimum ? undefined : minimum,
      exclusiveMinimum: exclusiveMinimum ? minimum : undefined,
    }),
    ...(typeof exclusiveMaximum === "boolean" && {
      maximum: exclusiveMaximum ? undefined : maximum,
      exclusiveMaximum: exclusiveMaximum ? maximum : undefined,
    }),
  });
}

function defined(part: JsonSchemaPart): JsonSchemaPart {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
