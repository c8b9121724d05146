import type { z } from "zod";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import type { ArrayFace, Face, ObjectFace } from "./face.ts";
import { meetNodes } from "./meet-nodes.ts";
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
  const notes = [...left.notes, ...right.notes];
  if (left.kind === "any") return [{ ...right, notes }];
  if (right.kind === "any") return [{ ...left, notes }];
  if (left.kind === "object" && right.kind === "object") return [{ ...merge(left, right), notes }];
  if (left.kind === "array" && right.kind === "array") {
    const items = [...left.items, ...right.items];
    return [{ kind: "array", items, limits: narrowest(left.limits, right.limits), notes }];
  }
  if (left.kind !== "other" || right.kind !== "other") return [];
  return meetNodes(left.node, right.node).map((node) => ({ kind: "other", node, notes }));
}

function merge(left: ObjectFace, right: ObjectFace): ObjectFace {
  const keys = new Set([...left.shape.keys(), ...right.shape.keys()]);
  const catchalls = [...left.catchalls, ...right.catchalls];
  const telling = catchalls.filter(isTelling);
  return {
    kind: "object",
    shape: new Map(
      [...keys].map((key) => [key, [...fit(key, left, right), ...fit(key, right, left)]]),
    ),
    // zod refuses a key that both sides refuse, and drops none that one side keeps.
    catchalls:
      telling.length > 0
        ? telling
        : catchalls.toSorted((a, b) => Number(isNever(a)) - Number(isNever(b))).slice(0, 1),
    notes: [],
  };
}

/** What a property must fit on one side: what that says of it, or else of others. */
function fit(key: string, side: ObjectFace, other: ObjectFace): readonly z.core.SomeType[] {
  const own = side.shape.get(key);
  if (own !== undefined) return own;
  const telling = side.catchalls.filter(isTelling);
  // What is for other keys says nothing about whether this one is there.
  const mayLack =
    other.shape.get(key)?.every((schema) => schema._zod.optin !== undefined) !== false;
  return mayLack ? telling.map(optionalOf) : telling;
}

function isTelling({ _zod: { def } }: z.core.SomeType): boolean {
  return def.type !== "unknown" && def.type !== "any" && def.type !== "never";
}

function isNever({ _zod: { def } }: z.core.SomeType): boolean {
  return def.type === "never";
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
