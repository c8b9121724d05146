import { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { deferredNode } from "../nodes/deferred-node.ts";
import { arrayNode } from "../nodes/list-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { unionNode } from "../nodes/union-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { isMissed, openObjectNode } from "./compile-object.ts";
import { jsonTextNode } from "../nodes/scalar-node.ts";
import { accepts } from "./accepts.ts";
import type { Face, ObjectFace } from "./face.ts";
import { facesOf } from "./faces-of.ts";
import { joinNotes } from "./join-notes.ts";
import { meetEach } from "./meet-faces.ts";
import { propertyPath } from "./property-path.ts";
import type { Walk } from "./walk.ts";

/** What must fit two schemas: objects and lists are merged, unions multiplied out. */
export function compileIntersection(
  def: z.core.$ZodIntersectionDef,
  path: string,
  walk: Walk,
): CompiledNode {
  return compileAllOf([def.left, def.right], path, walk);
}

function compileAllOf(schemas: readonly z.core.SomeType[], path: string, walk: Walk): CompiledNode {
  const distinct = new Set(schemas);
  // Where two recursive schemas are intersected, their parts lead back to it.
  const known = walk.intersected.find(
    (one) => one.schemas.symmetricDifference(distinct).size === 0,
  );
  if (known !== undefined) return known.node;
  const node = deferredNode();
  walk.intersected.push({ schemas: distinct, node });
  const compiled = walk.enter(path, () => compileFaces([...distinct], path, walk));
  node.settle(compiled);
  return compiled;
}

function compileFaces(schemas: readonly z.core.SomeType[], path: string, walk: Walk): CompiledNode {
  const [first, ...more] = schemas.map((schema) => facesOf(schema, path, walk));
  const faces = more.reduce((left, right) => meetEach(left, right, path), first ?? []);
  // Not each by itself: what one side does not know, the other may.
  const whole = schemas.reduce((one, other) => z.intersection(one, other));
  const options = faces.map((face) => ({
    node: noteNode(compileFace(face, path, walk), joinNotes(face.notes)),
    accepts: (value: unknown) => hasFace(value, face) && accepts(whole, value),
  }));
  const [only] = options;
  if (only === undefined) throw nothingInCommon(path);
  return options.length === 1 ? only.node : unionNode(options);
}

/** Whether a value that the whole accepts may be of this kind. */
function hasFace(value: unknown, face: Face): boolean {
  if (face.kind === "array") return Array.isArray(value);
  if (face.kind !== "object") return true;
  if (typeof value !== "object" || value === null) return false;
  const properties = new Map<string, unknown>(Object.entries(value));
  return [...face.shape].every(([key, schemas]) =>
    schemas.every((schema) => accepts(schema, properties.get(key))),
  );
}

function compileFace(face: Face, path: string, walk: Walk): CompiledNode {
  switch (face.kind) {
    case "object":
      return compileMerged(face, path, walk);
    case "array":
      return arrayNode(compileEach(face.items, `${path}[]`, walk), face.limits);
    case "any":
      return jsonTextNode;
    case "other":
      return face.node;
  }
}

function compileMerged(face: ObjectFace, path: string, walk: Walk): CompiledNode {
  const properties = [...face.shape].map(([key, schemas]): [string, CompiledNode] => [
    key,
    compileEach(schemas, propertyPath(path, key), walk),
  ]);
  const mustBeThere = (key: string): boolean =>
    face.shape.get(key)?.some((schema) => isMissed(key, schema)) === true;
  const isOpen = face.catchalls.some((catchall) => catchall._zod.def.type !== "never");
  return openObjectNode(
    { properties: new Map(properties), mustBeThere },
    isOpen ? compileEach(face.catchalls, `${path}{}`, walk) : undefined,
  );
}

/** What must fit each of these schemas, which may be one and the same. */
function compileEach(schemas: readonly z.core.SomeType[], path: string, walk: Walk): CompiledNode {
  const [only, ...others] = schemas;
  return only !== undefined && others.every((schema) => schema === only)
    ? walk.compile(only, path)
    : compileAllOf(schemas, path, walk);
}

function nothingInCommon(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "unsupported",
    path,
    reason: "the two sides of the intersection have no value in common that could be found",
    suggestion: "Write what fits both sides as one schema, such as an object made with .extend().",
  });
}
