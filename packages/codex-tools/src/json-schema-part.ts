/** A JSON Schema, or a part of one. */
export type JsonSchemaPart = Readonly<Record<string, unknown>>;

/** True for a schema that is an object; `true` and `false` are schemas, too. */
export function isPart(value: unknown): value is JsonSchemaPart {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
