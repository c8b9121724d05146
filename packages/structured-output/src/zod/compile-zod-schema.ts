import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { type DeferredNode, deferredNode } from "../nodes/deferred-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { bigintNode, dateNode, jsonTextNode, plainNode } from "../nodes/scalar-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import type { Wire } from "../wire/wire.ts";
import {
  compileArray,
  compileMap,
  compileRecord,
  compileSet,
  compileTuple,
} from "./compile-collection.ts";
import { compileIntersection } from "./compile-intersection.ts";
import { compileNumber } from "./compile-number.ts";
import { compileObject } from "./compile-object.ts";
import { compileString, compileTemplate } from "./compile-string.ts";
import { compileUnion } from "./compile-union.ts";

import { isOneOfSeveral } from "./flatten-options.ts";
import { inputOfPipe } from "./input-of-pipe.ts";
import { limitsNoteOf } from "./limits-note-of.ts";
import { noteOf, refinementNoteOf } from "./note-of.ts";
import { refuse } from "./refuse.ts";
import { stringboolNoteOf } from "./stringbool-note-of.ts";
import { deepest, tooDeep } from "./too-deep.ts";
import type { Walk } from "./walk.ts";

/** Compiles what a zod schema takes as input. */
export function compileZodSchema(root: z.core.SomeType): CompiledNode {
  const structures = new Map<object, CompiledNode | DeferredNode>();
  const open = new Set<object>();
  let entered = 0;
  const walk: Walk = {
    // A described copy of a schema shares its definition, and so its structure.
    compile: (schema, path) => noteNode(structureOf(schema, path), noteOf(schema)),
    isOpen: (schema) => open.has(schema._zod.def),
    enter: (path, work) => {
      if (open.size + entered >= deepest) throw tooDeep(path);
      entered += 1;
      const result = work();
      entered -= 1;
      return result;
    },
    intersected: [],
  };

  function structureOf(schema: z.core.SomeType, path: string): CompiledNode {
    const { def } = schema._zod;
    const known = structures.get(def);
    if (known !== undefined) return known;
    if (open.size + entered >= deepest) throw tooDeep(path);
    const deferred = deferredNode();
    structures.set(def, deferred);
    open.add(def);
    const node = noteNode(compileStructure(schema, path, walk), refinementNoteOf(schema));
    if (isOnly(node.wire, deferred.wire)) throw nothingButItself(path);
    deferred.settle(node);
    structures.set(def, node);
    open.delete(def);
    return node;
  }

  return walk.compile(root, "$");
}

function compileStructure(schema: z.core.SomeType, path: string, walk: Walk): CompiledNode {
  if (isOneOfSeveral(schema)) return compileUnion(schema, path, walk);
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
      return compileString(schema);
    case "template_literal":
      return compileTemplate(schema);
    case "number":
      return compileNumber(schema);
    case "boolean":
      return plainNode({ kind: "value", type: "boolean" });
    case "bigint":
      return noteNode(bigintNode, limitsNoteOf(schema));
    case "date":
      return noteNode(dateNode, limitsNoteOf(schema));
    case "any":
    case "unknown":
      return jsonTextNode;
    case "array":
      return compileArray(def, path, walk);
    case "set":
      return compileSet(def, path, walk);
    case "tuple":
      return compileTuple(def, path, walk);
    case "map":
      return compileMap(def, path, walk);
    case "record":
      return compileRecord(def, path, walk);
    case "object":
      return compileObject(def, path, walk);
    case "intersection":
      return compileIntersection(def, path, walk);
    case "pipe":
      return noteNode(walk.compile(inputOfPipe(def), path), stringboolNoteOf(schema));
    case "transform":
      return jsonTextNode;
    default:
      throw refuse(def.type, path);
  }
}

/** Whether a wire is another with something said about it at most. */
function isOnly(wire: Wire, other: Wire): boolean {
  return wire === other || (wire.kind === "note" && isOnly(wire.wire, other));
}

function nothingButItself(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "unsupported",
    path,
    reason: "the schema is nothing but itself",
    suggestion: "Let it refer to itself from within an object, a list, or a union.",
  });
}
