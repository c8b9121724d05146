import { propertyPath } from "../property-path.ts";
import { refuse } from "../refuse.ts";
import { type CompiledNode, nodeWith } from "./compiled-node.ts";
import { meetScalars, scalarWireOf } from "./meet-scalars.ts";
import { noteNode, type Note } from "./note-node.ts";
import { objectNode, type ObjectParts } from "./object-node.ts";
import { jsonTextNode } from "./scalar-node.ts";
import { notesOfUnion, optionsOf, unionOf } from "./union-node.ts";

/** Two recursions of different lengths pass through all pairs of their parts before the first pair returns. */
const deepest = 200;

type Both<Side> = readonly [left: Side, right: Side];

interface Place {
  readonly path: string;
  /** The pairs of objects whose intersection is in progress, from the outside in. */
  readonly open: readonly Both<ObjectParts>[];
}

/** The values that fit both nodes, or the place without a common value. Omits an option of a union without one. */
type Met = CompiledNode | { readonly nothingAt: string };

/**
 * The values that fit both nodes: objects are merged, an object with each option of a union, and scalars are narrowed.
 * Anything meets any JSON.
 *
 * @throws {UnsupportedOutputSchemaError} for other kinds, and where no value fits both.
 */
export function meetNodes(left: CompiledNode, right: CompiledNode, path: string): CompiledNode {
  const met = meet([left, right], { path, open: [] });
  if ("wire" in met) return met;
  throw refuse("nothingInCommon", met.nothingAt);
}

function meet(both: Both<CompiledNode>, place: Place): Met {
  const [left, right] = [optionsOf(both[0]), optionsOf(both[1])];
  const isOfObjects = [left, right].map(
    (options) => options.filter(({ object }) => object).length > 1,
  );
  if (!isOfObjects.includes(false)) throw refuse("unionsMet", place.path);
  const met = left.flatMap((one) => right.map((other) => meetKinds([one, other], place)));
  const options = met.filter((node) => "wire" in node);
  if (options.length === 0) return (met.length === 1 && met[0]) || { nothingAt: place.path };
  return noteNode(unionOf(options), ...both.flatMap(notesOfUnion).map(withoutExamples));
}

function meetKinds(both: Both<CompiledNode>, place: Place): Met {
  const [left, right] = both;
  if (left === right) return left;
  if (isAny(left)) return noteNode(right, ...notesToKeep(left));
  if (isAny(right)) return noteNode(left, ...notesToKeep(right));
  const met = meetBare(both, place);
  if (!("wire" in met)) return met;
  // A result that equals one of the sides already has its notes.
  const others = both.filter((side) => side !== met);
  return nodeWith(noteNode(met, ...others.flatMap(notesToKeep)), {
    accepts: (value) => both.every((side) => acceptsItsOwn(side, value)),
  });
}

/** True when a node accepts the properties that it knows; those of the other side do not count. */
function acceptsItsOwn({ object, accepts }: CompiledNode, value: unknown): boolean {
  if (object === undefined || object.others || typeof value !== "object" || value === null)
    return accepts?.(value) !== false;
  const own = Object.entries(value).filter(([key]) => object.properties.has(key));
  return accepts?.(Object.fromEntries(own)) !== false;
}

function meetBare(both: Both<CompiledNode>, place: Place): Met {
  const [left, right] = both;
  const scalars = both.filter(scalarWireOf).length;
  if (scalars > 0) return (scalars === 2 && meetScalars(left, right)) || { nothingAt: place.path };
  if (left.decode === right.decode) return left;
  if (left.object !== undefined && right.object !== undefined)
    return meetObjects([left.object, right.object], place);
  const labels = both.map(({ label }) => label);
  if (labels.every((label) => label === "list")) throw refuse("listsMet", place.path);
  throw refuse(labels.includes("entries") ? "recordMet" : "differentKinds", place.path);
}

function notesToKeep({ notes = [] }: CompiledNode): Note[] {
  return notes.map(withoutExamples);
}

/** Examples and defaults of one side are seldom values of the other. */
function withoutExamples(note: Note): Note {
  return { ...note, examples: undefined };
}

function isAny(node: CompiledNode): boolean {
  return node.decode === jsonTextNode.decode;
}

function meetObjects(both: Both<ObjectParts>, { path, open }: Place): Met {
  const [left, right] = both;
  if (open.length > deepest || open.some(([one, other]) => one === left && other === right))
    throw refuse("recursionMet", path);
  if (both.some(({ others }) => others && !isAny(others.value))) throw refuse("catchallMet", path);
  // Each side of an intersection checks all properties by itself.
  if (open.length > 0 && (refusesOf(left, right) || refusesOf(right, left)))
    throw refuse("strictMet", path);
  const properties = new Map([...left.properties, ...right.properties]);
  for (const [key, node] of left.properties) {
    const other = right.properties.get(key);
    if (other === undefined) continue;
    const place = { path: propertyPath(path, key), open: [...open, both] };
    const met = meet([node, other], place);
    if (!("wire" in met)) return met;
    properties.set(key, met);
  }
  return objectNode({
    properties,
    others: left.others ?? right.others,
    mustBeThere: (key) =>
      both.some((side) => side.properties.has(key) && side.mustBeThere?.(key) === true),
    // zod refuses only a property that both sides of an intersection refuse.
    isStrict: both.every((side) => side.isStrict === true),
  });
}

function refusesOf({ isStrict, properties }: ObjectParts, other: ObjectParts): boolean {
  return isStrict === true && [...other.properties.keys()].some((key) => !properties.has(key));
}
