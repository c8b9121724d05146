import type { z } from "zod";
import { accepts } from "./accepts.ts";
import { isMissed } from "./compile-object.ts";
import type { Face, ObjectFace } from "./face.ts";

/** Whether a value that the schemas as a whole accept is of this kind: whether its parts fit. */
export function faceAccepts(face: Face, value: unknown): boolean {
  switch (face.kind) {
    case "any":
      return true;
    case "other":
      return face.accepts(value);
    case "array":
      return Array.isArray(value) && value.every((item) => acceptAll(face.items, item));
    case "object":
      return typeof value === "object" && value !== null && objectAccepts(face, value);
  }
}

function objectAccepts(face: ObjectFace, value: object): boolean {
  const properties = new Map<string, unknown>(Object.entries(value));
  const isThere = [...face.shape].every(
    ([key, schemas]) => properties.has(key) || !schemas.some((schema) => isMissed(key, schema)),
  );
  return (
    isThere &&
    [...properties].every(([key, inner]) => {
      const others = face.catchalls.flatMap((catchall) => catchall.valueAt(key) ?? []);
      return acceptAll([...(face.shape.get(key) ?? []), ...others], inner);
    })
  );
}

function acceptAll(schemas: readonly z.core.SomeType[], value: unknown): boolean {
  return schemas.every((schema) => accepts(schema, value));
}
