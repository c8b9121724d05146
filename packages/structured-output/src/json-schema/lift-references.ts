import { isJsonObject } from "../wire/fits-wire.ts";
import { type JsonSchemaPart, rewriteJsonSchema } from "./rewrite-json-schema.ts";

/**
 * A JSON Schema in which whatever is referred to is a definition: generators refer to where they first wrote
 * a part, such as `#/properties/a`, and zod looks only among the definitions.
 */
export function liftReferences(schema: JsonSchemaPart): JsonSchemaPart {
  const lifted = new Map<string, { readonly name: string; readonly target: JsonSchemaPart }>();
  const taken = new Set(definitionNames(schema));
  rewriteJsonSchema(schema, (part) => {
    const { $ref: reference } = part;
    const target = typeof reference === "string" ? deepTarget(schema, reference) : undefined;
    if (typeof reference !== "string" || target === undefined || lifted.has(reference)) return part;
    lifted.set(reference, { name: freeName(reference, taken), target });
    return part;
  });
  if (lifted.size === 0) return schema;
  const point = (part: JsonSchemaPart): JsonSchemaPart => {
    const name = lifted.get(String(part["$ref"]))?.name;
    return name === undefined ? part : { ...part, $ref: `#/$defs/${name}` };
  };
  const pointed = rewriteJsonSchema(schema, point);
  const parts = [...lifted.values()].map(({ name, target }) => [
    name,
    rewriteJsonSchema(target, point),
  ]);
  const known = isJsonObject(pointed["$defs"]) ? pointed["$defs"] : {};
  return { ...pointed, $defs: { ...known, ...Object.fromEntries(parts) } };
}

/** What a reference points to, unless that is the root or a definition. */
function deepTarget(root: JsonSchemaPart, reference: string): JsonSchemaPart | undefined {
  if (!reference.startsWith("#/") || /^#\/(?:\$defs|definitions)\/[^/]+$/.test(reference)) return;
  let target: unknown = root;
  for (const step of reference.split("/").slice(1)) {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(target)) target = target[Number(key)];
    else target = isJsonObject(target) && Object.hasOwn(target, key) ? target[key] : undefined;
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

function definitionNames(schema: JsonSchemaPart): string[] {
  return ["$defs", "definitions"].flatMap((keyword) => Object.keys(schema[keyword] ?? {}));
}

function freeName(reference: string, taken: Set<string>): string {
  const last = reference.replace(/^.*\//, "").replaceAll(/[^\w-]/g, "_");
  let name = last;
  for (let count = 2; taken.has(name); count += 1) name = `${last}_${count}`;
  taken.add(name);
  return name;
}
