import { z } from "zod";
import { type UnwritableType, unwritableType } from "./unwritable-type.ts";

/** A part of a schema that JSON cannot represent. */
export interface Unwritable extends UnwritableType {
  /** The path, as in `$.orders[].file`. */
  readonly path: string;
}

/** The JSON Schema of the input or output of an object schema, and its first part without a JSON form, if any. */
export function jsonSchemaOf(
  schema: z.core.$ZodType,
  io: "input" | "output",
): { readonly jsonSchema: object; readonly unwritable?: Unwritable } {
  let unwritable: Unwritable | undefined;
  const jsonSchema = z.toJSONSchema(schema, {
    io,
    metadata: withoutIds,
    unrepresentable: "any",
    // The last one comes first.
    override: ({ zodSchema, jsonSchema: part, path }) => {
      const found = unwritableType(zodSchema, io);
      if (found !== undefined) unwritable = { path: placeOf(path), ...found };
      const never = io === "input" ? neverWithin(part) : undefined;
      if (never !== undefined) unwritable = { path: placeOf([...path, ...never]), ...neverFits };
    },
  });
  return { jsonSchema, ...(unwritable && { unwritable }) };
}

/**
 * zod makes a definition of each schema with an `id`, of the root as well, and refuses two of one `id`. Clients
 * expect an object at the root, and an `id` says nothing about the value.
 */
class RegistryWithoutIds extends z.core.$ZodRegistry<Record<string, unknown>> {
  override get(schema: z.core.$ZodType): Record<string, unknown> {
    const { id: _, ...meta } = z.globalRegistry.get(schema) ?? ownMeta(schema);
    return meta;
  }
}

/** Another copy of zod may keep its notes in a registry of its own, which only its schemas know. */
function ownMeta(schema: object): Record<string, unknown> {
  if (!("meta" in schema) || typeof schema.meta !== "function") return {};
  const meta: unknown = schema.meta();
  return typeof meta === "object" && meta !== null ? { ...meta } : {};
}

const withoutIds = new RegistryWithoutIds();

const neverFits: UnwritableType = {
  what: "z.never(), so that no call is possible",
  fix: "Leave it out, or make it .optional().",
};

/** The path from a part of a JSON Schema to one directly within it that takes nothing and has to be there. */
function neverWithin(part: z.core.JSONSchema.BaseSchema): readonly string[] | undefined {
  const { properties = {}, required = [], prefixItems = [], items, minItems = 0 } = part;
  const name = required.find((key) => takesNothing(properties[key]));
  if (name !== undefined) return ["properties", name];
  const index = prefixItems.findIndex(takesNothing);
  if (index >= 0) return ["prefixItems", String(index)];
  return minItems > 0 && takesNothing(items) ? ["items"] : undefined;
}

/** The JSON Schema of `z.never()`. */
function takesNothing(part: unknown): boolean {
  return (
    typeof part === "object" &&
    part !== null &&
    "not" in part &&
    typeof part.not === "object" &&
    part.not !== null &&
    Object.keys(part.not).length === 0
  );
}

/** A path through a JSON Schema, as one through the values that it describes. */
function placeOf(path: readonly (string | number)[]): string {
  let place = "$";
  for (let index = 0; index < path.length; index += 1) {
    const step = path[index];
    if (step === "properties") place += `.${path[(index += 1)]}`;
    else if (step === "prefixItems") place += `[${path[(index += 1)]}]`;
    else if (step === "items") place += "[]";
    else if (step === "additionalProperties") place += "{}";
    else if (step === "propertyNames") place += "{key}";
    else if (step === "anyOf" || step === "oneOf" || step === "allOf") index += 1;
  }
  return place;
}
