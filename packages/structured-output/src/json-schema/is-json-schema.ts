import { roleOf } from "./keywords.ts";

/** True for an object with a keyword of JSON Schema, or with annotations alone: a schema of any value. */
export function isJsonSchema(value: object): boolean {
  const roles = Object.keys(value).map(roleOf);
  return (
    roles.some((role) => role !== undefined && role.isAnnotation !== true) ||
    roles.every((role) => role !== undefined)
  );
}
