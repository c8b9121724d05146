import { isJsonObject } from "@ktx/json-answer/wire";
import { attempt } from "../attempt.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * Rewrites a JSON Schema of any draft, of OpenAPI 3.0, or of a mixture in the keywords of draft 2020-12. Each target
 * of a reference becomes a definition: generators refer to the first occurrence of a part, such as `#/properties/a`,
 * and zod resolves only references to definitions.
 */
export function modernize(schema: JsonSchemaPart): JsonSchemaPart {
  const { $schema: _, $defs: __, definitions: ___, ...root } = schema;
  const names = new Map<string, number>();
  const definitions: Record<string, unknown> = {};
  const modernizePart = (part: JsonSchemaPart): JsonSchemaPart => {
    const { $ref: reference } = part;
    const target = typeof reference === "string" ? targetOf(schema, reference) : undefined;
    if (typeof reference !== "string" || target === undefined) return inModernWords(part);
    const known = names.get(reference);
    const name = known ?? names.size;
    names.set(reference, name);
    if (known === undefined) definitions[name] = rewriteJsonSchema(target, modernizePart);
    return { ...inModernWords(part), $ref: `#/$defs/${name}` };
  };
  const modern = rewriteJsonSchema(root, modernizePart);
  return { ...modern, ...(names.size > 0 && { $defs: definitions }) };
}

/** The target of a reference; undefined for the root. */
function targetOf(root: JsonSchemaPart, reference: string): JsonSchemaPart | undefined {
  if (!reference.startsWith("#/")) return;
  let target: unknown = root;
  for (const step of reference.split("/").slice(1)) {
    // A text that is not a URI has no target.
    const key = attempt(() => decodeURIComponent(step), step)
      .replaceAll("~1", "/")
      .replaceAll("~0", "~");
    target = Object.hasOwn(Object(target), key) ? Object(target)[key] : undefined;
  }
  return isJsonObject(target) ? target : undefined;
}

function inModernWords({ id, nullable, ...part }: JsonSchemaPart): JsonSchemaPart {
  const { type, items, additionalItems } = part;
  const changed = {
    ...part,
    // Draft 4 spells `$id` as `id`; neither is needed here.
    id: typeof id === "string" ? undefined : id,
    // OpenAPI 3.0 has `nullable` beside the type.
    type: nullable === true && typeof type === "string" ? [type, "null"] : type,
    // A list in `items` describes the first items; since draft 2020-12 this is `prefixItems`.
    ...(Array.isArray(items) && {
      prefixItems: items,
      items: additionalItems,
      additionalItems: undefined,
    }),
    ...inclusiveOrNot(part, "minimum", "exclusiveMinimum"),
    ...inclusiveOrNot(part, "maximum", "exclusiveMaximum"),
  };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}

/** In draft 4, `exclusiveMinimum` is a flag beside `minimum`; since draft 6 it is a limit of its own. */
function inclusiveOrNot(part: JsonSchemaPart, limit: string, exclusive: string): JsonSchemaPart {
  if (typeof part[exclusive] !== "boolean") return {};
  return part[exclusive]
    ? { [limit]: undefined, [exclusive]: part[limit] }
    : { [exclusive]: undefined };
}
