import { propertyPath } from "../property-path.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { type DeferredNode, deferredNode } from "./deferred-node.ts";
import { isScalar, meetScalars } from "./meet-scalars.ts";
import { acceptingNode, noteNode, type Note } from "./note-node.ts";
import { objectNode, type ObjectParts } from "./object-node.ts";
import { jsonTextNode } from "./scalar-node.ts";
import { optionsOf, unionOf } from "./union-node.ts";

/** Why no node can stand for both. */
export interface Unmet {
  readonly path: string;
  readonly reason: string;
  readonly suggestion: string;
  /** Whether it is only that no value fits both; else they may have one, but none that could be described. */
  readonly isNothing: boolean;
}

interface Scene {
  readonly path: string;
  /** Whether this is a property of an intersection: each side then checks all of the value by itself. */
  readonly isWithin: boolean;
  /** The pairs of objects that were met so far: recursion comes back to them. */
  readonly known: Map<ObjectParts, Map<ObjectParts, Shared>>;
  readonly depth: number;
}

/** Two recursions of different lengths go through all their pairs before they come back to the first. */
const deepest = 200;

interface Shared {
  readonly node: DeferredNode;
  isUsed: boolean;
}

/**
 * What fits both nodes: objects are merged, an object with each option of a union, and scalars are narrowed.
 * Anything meets any JSON. Other kinds cannot be met.
 */
export function meetNodes(
  left: CompiledNode,
  right: CompiledNode,
  path: string,
): CompiledNode | Unmet {
  return meet(left, right, { path, isWithin: false, known: new Map(), depth: 0 });
}

export function isUnmet(met: CompiledNode | Unmet): met is Unmet {
  return "isNothing" in met;
}

function meet(left: CompiledNode, right: CompiledNode, scene: Scene): CompiledNode | Unmet {
  const sides = [left, right].map(optionsOf);
  if (sides.every((options) => options.filter(({ object }) => object).length > 1))
    return unmet(
      scene,
      "two unions of objects cannot be intersected",
      "Make each union a property of its own.",
    );
  const pairs = optionsOf(left).flatMap((one) =>
    optionsOf(right).map((other) => [one, other] as const),
  );
  const options: CompiledNode[] = [];
  for (const [one, other] of pairs) {
    const met = meetKinds(one, other, scene);
    if (isUnmet(met)) {
      if (!met.isNothing || pairs.length === 1) return met;
    } else options.push(met);
  }
  if (options.length === 0) return nothingInCommon(scene);
  const unions = [left, right].filter((node) => node.options !== undefined);
  return noteNode(unionOf(options), ...unions.flatMap(notesToKeep));
}

function meetKinds(left: CompiledNode, right: CompiledNode, scene: Scene): CompiledNode | Unmet {
  if (left === right) return left;
  if (isAny(left)) return noteNode(right, ...notesToKeep(left));
  if (isAny(right)) return noteNode(left, ...notesToKeep(right));
  const met = meetBare(left, right, scene);
  if (isUnmet(met)) return met;
  // What is one of the sides has its own notes.
  const others = [left, right].filter((side) => side !== met);
  return acceptingNode(noteNode(met, ...others.flatMap(notesToKeep)), (value) =>
    [left, right].every((side) => acceptsItsOwn(side, value)),
  );
}

/** Whether a node takes what it knows of a value: what another side knows, it need not know. */
function acceptsItsOwn({ object, accepts }: CompiledNode, value: unknown): boolean {
  if (object === undefined || object.others || typeof value !== "object" || value === null)
    return accepts?.(value) !== false;
  const own = Object.entries(value).filter(([key]) => object.properties.has(key));
  return accepts?.(Object.fromEntries(own)) !== false;
}

function meetBare(left: CompiledNode, right: CompiledNode, scene: Scene): CompiledNode | Unmet {
  if (isScalar(left) && isScalar(right)) return meetScalars(left, right) ?? nothingInCommon(scene);
  if (isScalar(left) || isScalar(right)) return nothingInCommon(scene);
  if (left.decode === right.decode) return left;
  if (left.object !== undefined && right.object !== undefined)
    return meetOnce(left.object, right.object, scene);
  const kinds = [left.label, right.label];
  if (kinds.every((kind) => kind === "list"))
    return unmet(
      scene,
      "two lists cannot be intersected",
      "Use one list, such as z.array(z.intersection(…)).",
    );
  return kinds.includes("entries")
    ? unmet(scene, "a record cannot be intersected", "Use one z.object(…).catchall(…).")
    : unmet(scene, "these kinds of value cannot be intersected", "Use one schema that fits both.");
}

/** Not the examples: those of one side are seldom values of the other. */
function notesToKeep(node: CompiledNode): Note[] {
  return (node.notes ?? []).map((note) => ({ ...note, examples: undefined }));
}

function isAny(node: CompiledNode): boolean {
  return node.decode === jsonTextNode.decode;
}

function meetOnce(left: ObjectParts, right: ObjectParts, scene: Scene): CompiledNode | Unmet {
  const ofLeft = scene.known.get(left) ?? new Map<ObjectParts, Shared>();
  scene.known.set(left, ofLeft);
  const known = ofLeft.get(right);
  if (known !== undefined) {
    known.isUsed = true;
    return known.node;
  }
  const shared: Shared = { node: deferredNode(), isUsed: false };
  ofLeft.set(right, shared);
  const met = meetObjects(left, right, scene);
  if (!isUnmet(met)) shared.node.settle(met);
  else if (shared.isUsed) return { ...met, isNothing: false };
  return met;
}

function meetObjects(left: ObjectParts, right: ObjectParts, scene: Scene): CompiledNode | Unmet {
  if (scene.depth > deepest)
    return unmet(
      scene,
      `the sides meet in more than ${deepest} levels`,
      "Use one schema that fits both.",
    );
  const others = left.others ?? right.others;
  if ([left, right].some((side) => side.others && !isAny(side.others.value)))
    return unmet(
      scene,
      "an object with a catchall cannot be intersected",
      "Use one z.object(…).catchall(…).",
    );
  if (scene.isWithin && (refusesOf(left, right) || refusesOf(right, left)))
    return unmet(
      scene,
      "a strict object refuses a property of the other side",
      "Make it a z.object(), or use one z.strictObject() for both.",
    );
  const properties = new Map([...left.properties, ...right.properties]);
  for (const [key, node] of left.properties) {
    const other = right.properties.get(key);
    if (other === undefined) continue;
    const path = propertyPath(scene.path, key);
    const met = meet(node, other, { ...scene, path, isWithin: true, depth: scene.depth + 1 });
    if (isUnmet(met)) return met;
    properties.set(key, met);
  }
  const mustBeThere = (key: string) =>
    [left, right].some((side) => side.properties.has(key) && side.mustBeThere?.(key) === true);
  // zod refuses only a property that both sides of an intersection refuse.
  const isStrict = left.isStrict === true && right.isStrict === true;
  return objectNode({ properties, others, mustBeThere, isStrict });
}

function refusesOf(side: ObjectParts, other: ObjectParts): boolean {
  return (
    side.isStrict === true && [...other.properties.keys()].some((key) => !side.properties.has(key))
  );
}

function nothingInCommon(scene: Scene): Unmet {
  const reason = "no value fits both sides of the intersection";
  return {
    ...unmet(scene, reason, "Use one schema, such as z.object().extend()."),
    isNothing: true,
  };
}

function unmet({ path }: Scene, why: string, suggestion: string): Unmet {
  return { path, reason: why, suggestion, isNothing: false };
}
