import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { isMissed } from "./compile-object.ts";
import type { Face, ObjectFace } from "./face.ts";
import { meetKeywords } from "./meet-keywords.ts";
import { meetNodes } from "./meet-nodes.ts";

/** More are multiplied out to more properties than the service takes, and would take ever longer. */
const mostCombinations = 1_000;

/** What two sides have in common. */
type Meet<Kind extends Face> = (left: Kind, right: Kind) => Kind | undefined;

/** The kinds of value that both sides of an intersection take. */
export function meetEach(left: readonly Face[], right: readonly Face[], path: string): Face[] {
  return meetAll(left, right, path, merge);
}

/** The kinds of value that both sides take which stand at one place of an intersection's sides. */
export function meetEachWithin(
  left: readonly Face[],
  right: readonly Face[],
  path: string,
): Face[] {
  return meetAll(left, right, path, mergeWithin);
}

function meetAll(
  left: readonly Face[],
  right: readonly Face[],
  path: string,
  meetObjects: Meet<ObjectFace>,
): Face[] {
  const count = left.length * right.length;
  if (count > mostCombinations) throw tooManyCombinations(count, path);
  return left.flatMap((a) => right.flatMap((b) => meet(a, b, meetObjects) ?? []));
}

function meet(left: Face, right: Face, meetObjects: Meet<ObjectFace>): Face | undefined {
  const notes = [...left.notes, ...right.notes];
  if (left.kind === "any") return notes.length > 0 ? { ...right, notes } : right;
  if (right.kind === "any") return notes.length > 0 ? { ...left, notes } : left;
  if (left.kind === "object" && right.kind === "object") return meetObjects(left, right);
  if (left.kind === "array" && right.kind === "array") {
    const items = [...left.items, ...right.items];
    return { kind: "array", items, limits: meetKeywords(left.limits, right.limits).met, notes };
  }
  if (left.kind !== "other" || right.kind !== "other") return;
  const met = meetNodes(left, right);
  return met && { ...met, notes: [...notes, ...met.notes] };
}

/** zod refuses only a property that both sides of an intersection refuse. */
function merge(left: ObjectFace, right: ObjectFace): ObjectFace {
  const keys = new Set([...left.shape.keys(), ...right.shape.keys()]);
  const schemasOf = (key: string) => [
    ...(left.shape.get(key) ?? []),
    ...(right.shape.get(key) ?? []),
  ];
  return {
    kind: "object",
    shape: new Map([...keys].map((key) => [key, schemasOf(key)])),
    isStrict: left.isStrict && right.isStrict,
    catchalls: [...left.catchalls, ...right.catchalls],
    notes: [...left.notes, ...right.notes],
  };
}

/** But further within its sides one that refuses it is enough. */
function mergeWithin(left: ObjectFace, right: ObjectFace): ObjectFace | undefined {
  const [mine, theirs] = [withoutRefused(left, right), withoutRefused(right, left)];
  return mine && theirs && { ...merge(mine, theirs), isStrict: left.isStrict || right.isStrict };
}

/** An object without what the other side refuses; `undefined` if it has to have that. */
function withoutRefused(face: ObjectFace, other: ObjectFace): ObjectFace | undefined {
  if (!other.isStrict) return face;
  const isTaken = (key: string) => other.shape.has(key);
  const mustHave = (key: string) => face.shape.get(key)?.some((one) => isMissed(key, one)) === true;
  if ([...face.shape.keys()].some((key) => !isTaken(key) && mustHave(key))) return;
  const shape = new Map([...face.shape].filter(([key]) => isTaken(key)));
  return { ...face, shape, catchalls: face.catchalls.map(({ valueAt }) => ({ valueAt })) };
}

function tooManyCombinations(count: number, path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "limit",
    path,
    reason: `the unions in this intersection have ${count} combinations, and ${mostCombinations} are the most`,
    suggestion: "Make each union a property of its own.",
  });
}
