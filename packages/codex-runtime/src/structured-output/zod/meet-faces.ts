import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { decodesAlike, isPlain } from "../nodes/decodes-alike.ts";
import { jsonTextNode, plainNode } from "../nodes/scalar-node.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { bareWire } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import type { ArrayFace, Face, ObjectFace } from "./face.ts";
import { optionalOf } from "./optional-of.ts";

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
