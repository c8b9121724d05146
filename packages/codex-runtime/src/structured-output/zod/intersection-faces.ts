import { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { decodesAlike, isPlain } from "../nodes/decodes-alike.ts";
import { absentNode, jsonTextNode, nullNode, plainNode } from "../nodes/scalar-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { bareWire } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import { itemLimitsOf } from "./checks-of.ts";
import { looseValueOf, namesOf } from "./compile-collection.ts";
import { inputOfPipe } from "./input-of-pipe.ts";
import { targetOfLazy } from "./target-of-lazy.ts";
import type { Walk } from "./walk.ts";

/** One of the kinds of value that a schema takes: an object, by its parts, or anything else, compiled. */
export type Face = ObjectFace | ArrayFace | { readonly kind: "other"; readonly node: CompiledNode };

export interface ObjectFace {
  readonly kind: "object";
  /** For each property the schemas that it must fit. */
  readonly shape: ReadonlyMap<string, readonly z.core.SomeType[]>;
  readonly catchall?: z.core.SomeType | undefined;
}

interface ArrayFace {
  readonly kind: "array";
  /** What each item must fit. */
  readonly items: readonly z.core.SomeType[];
  readonly limits: Readonly<Record<string, number>>;
}

/** The kinds of value that a schema takes. */
export function facesOf(schema: z.core.SomeType, path: string, walk: Walk): Face[] {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return [
        {
          kind: "object",
          shape: new Map(Object.entries(def.shape).map(([key, property]) => [key, [property]])),
          catchall: def.catchall,
        },
      ];
    case "array":
      return [{ kind: "array", items: [def.element], limits: itemLimitsOf(def) }];
    case "record":
      return [recordFaceOf(def, path, walk) ?? { kind: "other", node: walk.compile(schema, path) }];
    case "intersection":
      return meetEach(facesOf(def.left, path, walk), facesOf(def.right, path, walk), path);
    case "union":
      return def.options.flatMap((option) => facesOf(option, path, walk));
    case "nullable":
      return [...facesOf(def.innerType, path, walk), { kind: "other", node: nullNode }];
    case "default":
    case "prefault":
    case "optional":
      return [...facesOf(def.innerType, path, walk), { kind: "other", node: absentNode }];
    case "readonly":
    case "catch":
      return facesOf(def.innerType, path, walk);
    case "pipe":
      return facesOf(inputOfPipe(def), path, walk);
    case "lazy": {
      const target = targetOfLazy(schema);
      return walk.isOpen(target)
        ? [{ kind: "other", node: walk.compile(target, path) }]
        : facesOf(target, path, walk);
    }
    default:
      return [{ kind: "other", node: walk.compile(schema, path) }];
  }
}

/** A record as an object: of certain keys, or of any. */
function recordFaceOf(def: z.core.$ZodRecordDef, path: string, walk: Walk): ObjectFace | undefined {
  const names = namesOf(def.keyType);
  if (names !== undefined) {
    const value = def.partial ? optionalOf(def.valueType) : def.valueType;
    return { kind: "object", shape: new Map(names.map((name) => [name, [value]])) };
  }
  if (def.mode === "loose")
    return { kind: "object", shape: new Map(), catchall: looseValueOf(def, path, walk) };
  return def.keyType._zod.def.type === "string"
    ? { kind: "object", shape: new Map(), catchall: def.valueType }
    : undefined;
}

/** One for each schema, so that recursion comes back to it. */
function optionalOf(schema: z.core.SomeType): z.core.SomeType {
  const optional = optionals.get(schema) ?? z.optional(schema);
  optionals.set(schema, optional);
  return optional;
}

const optionals = new WeakMap<z.core.SomeType, z.core.SomeType>();

/** More are multiplied out to more properties than the service takes, and would take ever longer. */
const mostCombinations = 1_000;

/** The kinds of value that both sides take. */
export function meetEach(left: readonly Face[], right: readonly Face[], path: string): Face[] {
  const count = left.length * right.length;
  if (count > mostCombinations) throw tooManyCombinations(count, path);
  return left.flatMap((a) => right.flatMap((b) => meet(a, b)));
}

function meet(left: Face, right: Face): Face[] {
  if (left.kind === "object" && right.kind === "object") return [merge(left, right)];
  if (left.kind === "array" && right.kind === "array")
    return [
      {
        kind: "array",
        items: [...left.items, ...right.items],
        limits: narrowest(left.limits, right.limits),
      },
    ];
  if (left.kind === "other" && left.node === jsonTextNode) return [right];
  if (right.kind === "other" && right.node === jsonTextNode) return [left];
  if (left.kind !== "other" || right.kind !== "other") return [];
  return meetNodes(left.node, right.node).map((node) => ({ kind: "other", node }));
}

function meetNodes(left: CompiledNode, right: CompiledNode): CompiledNode[] {
  if (left === right) return [left];
  if (!decodesAlike(left, right) || !wiresOverlap(left.wire, right.wire)) return [];
  const [one, other] = [bareWire(left.wire), bareWire(right.wire)];
  // Of larger parts the overlap says too little.
  if (one?.kind !== "value" || other?.kind !== "value") return [];
  if (isPlain(left) && one.values !== undefined && other.values !== undefined) {
    const { type, values } = other;
    const both = new Set(one.values);
    return [plainNode({ kind: "value", type, values: values.filter((value) => both.has(value)) })];
  }
  return other.values !== undefined || other.type === "integer" ? [right] : [left];
}

function merge(left: ObjectFace, right: ObjectFace): ObjectFace {
  const keys = new Set([...left.shape.keys(), ...right.shape.keys()]);
  const schemasOf = (key: string) => [
    // What is for other keys says nothing about whether this one is there.
    ...(left.shape.get(key) ?? meaningful(left.catchall).map(optionalOf)),
    ...(right.shape.get(key) ?? meaningful(right.catchall).map(optionalOf)),
  ];
  const catchalls = [left.catchall, right.catchall].filter((catchall) => catchall !== undefined);
  return {
    kind: "object",
    shape: new Map([...keys].map((key) => [key, schemasOf(key)])),
    // zod refuses a key that both sides refuse. Two open sides agree on the narrower one, as far as can be seen.
    catchall:
      catchalls.find((catchall) => meaningful(catchall).length > 0) ??
      catchalls.find((catchall) => catchall._zod.def.type !== "never") ??
      catchalls[0],
  };
}

function meaningful(catchall: z.core.SomeType | undefined): readonly z.core.SomeType[] {
  const type = catchall?._zod.def.type;
  return catchall === undefined || type === "unknown" || type === "any" || type === "never"
    ? []
    : [catchall];
}

function narrowest(left: ArrayFace["limits"], right: ArrayFace["limits"]): ArrayFace["limits"] {
  const minItems = Math.max(left["minItems"] ?? 0, right["minItems"] ?? 0);
  const maxItems = Math.min(left["maxItems"] ?? Infinity, right["maxItems"] ?? Infinity);
  return { ...(minItems > 0 && { minItems }), ...(maxItems < Infinity && { maxItems }) };
}

function tooManyCombinations(count: number, path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "limit",
    path,
    reason: `the unions in this intersection have ${count} combinations, and ${mostCombinations} are the most`,
    suggestion: "Make each union a property of its own.",
  });
}
