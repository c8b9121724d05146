import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { isPlain } from "../nodes/decodes-alike.ts";
import { arrayNode } from "../nodes/list-node.ts";
import { absentNode, jsonTextNode, nullNode } from "../nodes/scalar-node.ts";
import { unionNode } from "../nodes/union-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { bareWire } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import { itemLimitsOf } from "./checks-of.ts";
import { isMissed, openObjectNode } from "./compile-object.ts";
import { accepts } from "./compile-union.ts";
import { propertyPath } from "./property-path.ts";
import { targetOfLazy } from "./target-of-lazy.ts";
import type { Walk } from "./walk.ts";

/** What must fit two schemas: objects are merged, unions multiplied out. */
export function compileIntersection(
  def: z.core.$ZodIntersectionDef,
  path: string,
  walk: Walk,
): CompiledNode {
  return compileAllOf([def.left, def.right], path, walk);
}

function compileAllOf(schemas: readonly z.core.SomeType[], path: string, walk: Walk): CompiledNode {
  const [first, ...more] = schemas.map((schema) => facesOf(schema, path, walk));
  const faces = more.reduce((left, right) => meetEach(left, right, path), first ?? []);
  const options = faces.map((face) => ({
    node: compileFace(face, path, walk),
    accepts: (value: unknown) => schemas.every((schema) => accepts(schema, value)),
  }));
  const [only] = options;
  if (only === undefined) throw nothingInCommon(path);
  return options.length === 1 ? only.node : unionNode(options);
}

/** One of the kinds of value that a schema takes: an object, by its parts, or anything else, compiled. */
type Face = ObjectFace | ArrayFace | { readonly kind: "other"; readonly node: CompiledNode };

interface ObjectFace {
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

function facesOf(schema: z.core.SomeType, path: string, walk: Walk): Face[] {
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
      return def.keyType._zod.def.type === "string" && def.mode !== "loose"
        ? [{ kind: "object", shape: new Map(), catchall: def.valueType }]
        : [{ kind: "other", node: walk.compile(schema, path) }];
    case "intersection":
      return meetEach(facesOf(def.left, path, walk), facesOf(def.right, path, walk), path);
    case "union":
      return def.options.flatMap((option) => facesOf(option, path, walk));
    case "nullable":
      return [...facesOf(def.innerType, path, walk), { kind: "other", node: nullNode }];
    case "optional":
      return [...facesOf(def.innerType, path, walk), { kind: "other", node: absentNode }];
    case "readonly":
    case "catch":
      return facesOf(def.innerType, path, walk);
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

/** More are multiplied out to more properties than the service takes, and would take ever longer. */
const mostCombinations = 1_000;

function meetEach(left: readonly Face[], right: readonly Face[], path: string): Face[] {
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
  if (!isPlain(left) || !isPlain(right) || !wiresOverlap(left.wire, right.wire)) return [];
  const [one, other] = [bareWire(left.wire), bareWire(right.wire)];
  // Of larger parts the overlap says too little.
  if (one?.kind !== "value" || other?.kind !== "value") return [];
  return other.values !== undefined ? [right] : [left];
}

function merge(left: ObjectFace, right: ObjectFace): ObjectFace {
  const keys = new Set([...left.shape.keys(), ...right.shape.keys()]);
  const schemasOf = (key: string) => [
    ...(left.shape.get(key) ?? meaningful(left.catchall)),
    ...(right.shape.get(key) ?? meaningful(right.catchall)),
  ];
  const catchalls = [left.catchall, right.catchall].filter((catchall) => catchall !== undefined);
  return {
    kind: "object",
    shape: new Map([...keys].map((key) => [key, schemasOf(key)])),
    // A strict side closes the object. Two open sides agree on the narrower one, as far as can be seen.
    catchall:
      catchalls.find((catchall) => catchall._zod.def.type === "never") ??
      catchalls.find((catchall) => meaningful(catchall).length > 0) ??
      catchalls[0],
  };
}

function meaningful(catchall: z.core.SomeType | undefined): readonly z.core.SomeType[] {
  const type = catchall?._zod.def.type;
  return catchall === undefined || type === "unknown" || type === "any" || type === "never"
    ? []
    : [catchall];
}

function compileFace(face: Face, path: string, walk: Walk): CompiledNode {
  switch (face.kind) {
    case "object":
      return compileMerged(face, path, walk);
    case "array":
      return arrayNode(compileEach(face.items, `${path}[]`, walk), face.limits);
    case "other":
      return face.node;
  }
}

function compileMerged(face: ObjectFace, path: string, walk: Walk): CompiledNode {
  const properties = [...face.shape].map(([key, schemas]): [string, CompiledNode] => {
    return [key, compileEach(schemas, propertyPath(path, key), walk)];
  });
  const mustBeThere = (key: string): boolean =>
    face.shape.get(key)?.some((schema) => isMissed(key, schema)) === true;
  return openObjectNode(
    { properties: new Map(properties), mustBeThere },
    face.catchall,
    path,
    walk,
  );
}

/** What must fit each of these schemas, which may be one and the same. */
function compileEach(schemas: readonly z.core.SomeType[], path: string, walk: Walk): CompiledNode {
  const [only, ...others] = schemas;
  return only !== undefined && others.every((schema) => schema === only)
    ? walk.compile(only, path)
    : compileAllOf(schemas, path, walk);
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

function nothingInCommon(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "unsupported",
    path,
    reason: "the two sides of the intersection have no value in common that could be found",
    suggestion: "Write the object out, or use .extend() on one of the sides.",
  });
}
