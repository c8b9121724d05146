/** A JSON object whose fields are not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first of the named fields that holds a string. */
export function stringField(object: JsonObject, ...names: readonly string[]): string | undefined {
  return names.map((name) => object[name]).find((value) => typeof value === "string");
}

/** A field that must be an array; anything else reads as an empty one. */
export function arrayField(object: JsonObject, name: string): readonly unknown[] {
  const value = object[name];
  return Array.isArray(value) ? value : [];
}
