import { z } from "zod";
import type { CompiledNode, UnionOption } from "../nodes/compiled-node.ts";
import { deferredNode } from "../nodes/deferred-node.ts";
import { arrayNode } from "../nodes/list-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { jsonTextNode } from "../nodes/scalar-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { accepts } from "./accepts.ts";
import { compileMerged } from "./compile-merged.ts";
import type { Face } from "./face.ts";
import { faceAccepts } from "./face-accepts.ts";
import { facesOf } from "./faces-of.ts";
import { joinNotes } from "./join-notes.ts";
import { joinOptions } from "./join-options.ts";
import { meetEach, meetEachWithin } from "./meet-faces.ts";
import { isNothing, type Met } from "./met.ts";
import type { Walk } from "./walk.ts";

/** What must fit two schemas: objects and lists are merged, unions multiplied out. */
export function compileIntersection(
  def: z.core.$ZodIntersectionDef,
  path: string,
  walk: Walk,
): CompiledNode {
  const met =
    def.left === def.right
      ? walk.compile(def.left, path)
      : compileAllOf([def.left, def.right], path, walk, false);
  if (isNothing(met)) throw nothingInCommon(met.nothingAt);
  return met;
}

/** What must fit each of these schemas, which may be one and the same. */
function compileEach(schemas: readonly z.core.SomeType[], path: string, walk: Walk): Met {
  const distinct = new Set(schemas);
  const [only] = distinct;
  return only !== undefined && distinct.size === 1
    ? walk.compile(only, path)
    : compileAllOf([...distinct], path, walk, true);
}

function compileAllOf(
  all: readonly z.core.SomeType[],
  path: string,
  walk: Walk,
  isWithin: boolean,
): Met {
  const schemas = new Set(all);
  // Where two recursive schemas are intersected, their parts lead back to it.
  const known = walk.intersected.find(
    (one) => one.isWithin === isWithin && one.schemas.symmetricDifference(schemas).size === 0,
  );
  if (known !== undefined) {
    known.isShared = true;
    return known.met;
  }
  const standIn = deferredNode();
  const entry = { schemas, isWithin, met: standIn as Met, isShared: false };
  walk.intersected.push(entry);
  entry.met = walk.enter(path, () => compileFaces(all, path, walk, isWithin));
  if (!isNothing(entry.met)) standIn.settle(entry.met);
  else if (entry.isShared) throw nothingInCommon(entry.met.nothingAt);
  return entry.met;
}

function compileFaces(
  schemas: readonly z.core.SomeType[],
  path: string,
  walk: Walk,
  isWithin: boolean,
): Met {
  const sides = schemas.map((schema) => facesOf(schema, path, walk));
  const [first, ...more] = sides.map(({ faces }) => faces);
  const meet = isWithin ? meetEachWithin : meetEach;
  const faces = more.reduce((left, right) => meet(left, right, path), first ?? []);
  // Not each by itself: what one side of an intersection does not know, the other may.
  const wholes = isWithin ? schemas : [schemas.reduce((one, other) => z.intersection(one, other))];
  const options: UnionOption[] = [];
  let met: Met = { nothingAt: path };
  for (const face of faces) {
    met = compileFace(face, path, walk);
    if (isNothing(met)) continue;
    options.push({
      node: noteNode(met, joinNotes(face.notes)),
      accepts: (value) =>
        wholes.every((whole) => accepts(whole, value)) && faceAccepts(face, value),
    });
  }
  const node = joinOptions(options);
  if (node === undefined) return faces.length === 1 ? met : { nothingAt: path };
  return noteNode(node, joinNotes(sides.flatMap(({ notes }) => notes)));
}

function compileFace(face: Face, path: string, walk: Walk): Met {
  switch (face.kind) {
    case "object":
      return compileMerged(face, path, walk, compileEach);
    case "array": {
      const items = compileEach(face.items, `${path}[]`, walk);
      return isNothing(items) ? items : arrayNode(items, face.limits);
    }
    case "any":
      return jsonTextNode;
    case "other":
      return face.node;
  }
}

function nothingInCommon(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "unsupported",
    path,
    reason: "the two sides of the intersection have no value in common that could be found",
    suggestion: "Write what fits both sides as one schema, such as an object made with .extend().",
  });
}
