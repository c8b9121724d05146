import { propertyPath } from "../property-path.ts";
import { refuse } from "../refuse.ts";
import { acceptingNode, type CompiledNode } from "./compiled-node.ts";
import { meetScalars, scalarWireOf } from "./meet-scalars.ts";
import { noteNode, type Note } from "./note-node.ts";
import { objectNode, type ObjectParts } from "./object-node.ts";
import { jsonTextNode } from "./scalar-node.ts";
import { notesOfUnion, optionsOf, unionOf } from "./union-node.ts";

/** Recursions of different lengths go through all their pairs before they come back to the first. */
const deepest = 200;

/** Where nothing fits both sides; as an option of a union it is left out. */
interface NothingAt {
  readonly path: string;
}

/** The pairs of objects that are being met, from the outside in. */
type Open = readonly (readonly [ObjectParts, ObjectParts])[];

/**
 * What fits both nodes: objects are merged, an object with each option of a union, and scalars are narrowed.
 * Anything meets any JSON.
 *
 * @throws {UnsupportedOutputSchemaError} for other kinds, and where no value fits both.
 */
export function meetNodes(left: CompiledNode, right: CompiledNode, path: string): CompiledNode {
  const met = meet(left, right, path, []);
  if ("wire" in met) return met;
  throw refuse("nothingInCommon", met.path);
}

function meet(
  left: CompiledNode,
  right: CompiledNode,
  path: string,
  open: Open,
): CompiledNode | NothingAt {
  const isUnionOfObjects = (node: CompiledNode) =>
    optionsOf(node).filter(({ object }) => object).length > 1;
  if (isUnionOfObjects(left) && isUnionOfObjects(right)) throw refuse("unionsMet", path);
  const met = optionsOf(left).flatMap((one) =>
    optionsOf(right).map((other) => meetKinds(one, other, path, open)),
  );
  const options = met.filter((node) => "wire" in node);
  if (options.length === 0) return (met.length === 1 && met[0]) || { path };
  return noteNode(unionOf(options), ...[left, right].flatMap(notesOfUnion).map(withoutExamples));
}

function meetKinds(
  left: CompiledNode,
  right: CompiledNode,
  path: string,
  open: Open,
): CompiledNode | NothingAt {
  if (left === right) return left;
  if (isAny(left)) return noteNode(right, ...notesToKeep(left));
  if (isAny(right)) return noteNode(left, ...notesToKeep(right));
  const met = meetBare(left, right, path, open);
  if (!("wire" in met)) return met;
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

function meetBare(
  left: CompiledNode,
  right: CompiledNode,
  path: string,
  open: Open,
): CompiledNode | NothingAt {
  const scalars = [left, right].filter(scalarWireOf).length;
  if (scalars > 0) return (scalars === 2 && meetScalars(left, right)) || { path };
  if (left.decode === right.decode) return left;
  if (left.object !== undefined && right.object !== undefined)
    return meetObjects(left.object, right.object, path, open);
  if (left.label === "list" && right.label === "list") throw refuse("listsMet", path);
  const isRecord = [left, right].some(({ label }) => label === "entries");
  throw refuse(isRecord ? "recordMet" : "differentKinds", path);
}

function notesToKeep({ notes = [] }: CompiledNode): Note[] {
  return notes.map(withoutExamples);
}

/** Those of one side are seldom values of the other. */
function withoutExamples(note: Note): Note {
  return { ...note, examples: undefined };
}

function isAny(node: CompiledNode): boolean {
  return node.decode === jsonTextNode.decode;
}

function meetObjects(
  left: ObjectParts,
  right: ObjectParts,
  path: string,
  open: Open,
): CompiledNode | NothingAt {
  const sides = [left, right];
  if (open.length > deepest || open.some(([one, other]) => one === left && other === right))
    throw refuse("recursionMet", path);
  if (sides.some(({ others }) => others && !isAny(others.value))) throw refuse("catchallMet", path);
  // Of an intersection each side checks all properties by itself.
  if (open.length > 0 && (refusesOf(left, right) || refusesOf(right, left)))
    throw refuse("strictMet", path);
  const properties = new Map([...left.properties, ...right.properties]);
  for (const [key, node] of left.properties) {
    const other = right.properties.get(key);
    if (other === undefined) continue;
    const met = meet(node, other, propertyPath(path, key), [...open, [left, right]]);
    if (!("wire" in met)) return met;
    properties.set(key, met);
  }
  return objectNode({
    properties,
    others: left.others ?? right.others,
    mustBeThere: (key) =>
      sides.some((side) => side.properties.has(key) && side.mustBeThere?.(key) === true),
    // zod refuses only a property that both sides of an intersection refuse.
    isStrict: sides.every((side) => side.isStrict === true),
  });
}

function refusesOf(side: ObjectParts, other: ObjectParts): boolean {
  return (
    side.isStrict === true && [...other.properties.keys()].some((key) => !side.properties.has(key))
  );
}
