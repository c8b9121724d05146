import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { absentNode, nullNode } from "../nodes/scalar-node.ts";
import { itemLimitsOf } from "./checks-of.ts";
import { looseValueOf, namesOf } from "./compile-collection.ts";
import type { Face, ObjectFace } from "./face.ts";
import { inputOfPipe } from "./input-of-pipe.ts";
import { meetEach } from "./meet-faces.ts";
import { noteOf, refinementNoteOf } from "./note-of.ts";
import { optionalOf } from "./optional-of.ts";
import { refuse } from "./refuse.ts";
import { targetOfLazy } from "./target-of-lazy.ts";
import { deepest, tooDeep } from "./too-deep.ts";
import type { Walk } from "./walk.ts";

/** The kinds of value that a schema takes. */
export function facesOf(root: z.core.SomeType, path: string, walk: Walk): Face[] {
  const open = new Set<object>();
  const of = (schema: z.core.SomeType): Face[] => {
    const { def } = schema._zod;
    // What is met again within itself adds nothing.
    if (open.has(def)) return [];
    if (open.size > deepest) throw tooDeep(path);
    open.add(def);
    const faces = unwrap(schema, path, walk, of);
    open.delete(def);
    if (faces === undefined) return [other(walk.compile(schema, path))];
    const notes = [noteOf(schema), refinementNoteOf(schema)];
    return faces.map((face) => ({ ...face, notes: [...notes, ...face.notes] }));
  };
  return of(root);
}

/** One step: what is directly within a schema; `undefined` if that has no parts to be met one by one. */
function unwrap(
  schema: z.core.SomeType,
  path: string,
  walk: Walk,
  inner: (schema: z.core.SomeType) => Face[],
): Face[] | undefined {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object": {
      if (Object.getOwnPropertySymbols(def.shape).length > 0) throw refuse("symbol", path);
      const shape = Object.entries(def.shape).map(([key, property]) => [key, [property]] as const);
      return [objectFace(new Map(shape), def.catchall)];
    }
    case "array":
      return [{ kind: "array", items: [def.element], limits: itemLimitsOf(def), notes: [] }];
    case "any":
    case "unknown":
      return [{ kind: "any", notes: [] }];
    case "record": {
      const face = recordFaceOf(def, path, walk);
      return face && [face];
    }
    case "intersection":
      return meetEach(inner(def.left), inner(def.right), path);
    case "union":
      return def.options.flatMap(inner);
    case "nullable":
      return [...inner(def.innerType), other(nullNode)];
    case "default":
    case "prefault":
    case "optional":
      return [...inner(def.innerType), other(absentNode)];
    case "readonly":
    case "catch":
      return inner(def.innerType);
    case "pipe":
      return inner(inputOfPipe(def));
    case "lazy": {
      const target = targetOfLazy(schema);
      return walk.isOpen(target) ? undefined : inner(target);
    }
    default:
      return;
  }
}

function other(node: CompiledNode): Face {
  return { kind: "other", node, notes: [] };
}

function objectFace(shape: ObjectFace["shape"], catchall?: z.core.SomeType): ObjectFace {
  return { kind: "object", shape, catchalls: catchall === undefined ? [] : [catchall], notes: [] };
}

/** A record as an object: of certain keys, or of any. */
function recordFaceOf(def: z.core.$ZodRecordDef, path: string, walk: Walk): ObjectFace | undefined {
  const names = namesOf(def.keyType, `${path}{key}`);
  if (names !== undefined) {
    const value = def.partial ? optionalOf(def.valueType) : def.valueType;
    return objectFace(new Map(names.map((name) => [name, [value]])));
  }
  if (def.mode === "loose") return objectFace(new Map(), looseValueOf(def, path, walk));
  return def.keyType._zod.def.type === "string" ? objectFace(new Map(), def.valueType) : undefined;
}
