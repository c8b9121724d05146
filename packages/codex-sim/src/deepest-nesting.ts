import { groupsOfCycles } from "./groups-of-cycles.ts";

type Node = Readonly<Record<string, unknown>>;

export interface NestingInput {
  readonly root: Node;
  /** The target of a node that is a reference. */
  readonly targetOf: (node: Node) => Node | undefined;
  /** The schemas directly within a node. */
  readonly nestedIn: (node: Node) => readonly Node[];
}

/**
 * The number of objects and arrays on the longest path down, from the root or from a definition; `anyOf` adds none. A
 * reference counts as its target, but one that leads back to an enclosing node adds nothing: recursion itself is
 * allowed at any depth.
 */
export function deepestNesting(input: NestingInput): number {
  const bodies = bodiesFrom(input);
  const groups = groupsOfCycles(input.root, (body) => bodies.get(body)?.references.keys() ?? []);
  const known = new Map<Node, number>();
  for (const group of groups) {
    // The targets of a group are known, the group itself is not yet: a reference within it adds nothing.
    const depths = group.map((node) => [node, depthOf(bodies.get(node), known)] as const);
    for (const [node, depth] of depths) known.set(node, depth);
  }
  // A part within a cycle may be deeper than the path from the root through it.
  return [...known.values()].reduce((most, depth) => Math.max(most, depth), 0);
}

/** A part that is referred to, or the root. */
interface Body {
  /** The levels of its own. */
  readonly levels: number;
  /** The targets of its references, each with the largest number of levels around such a reference. */
  readonly references: ReadonlyMap<Node, number>;
}

function depthOf(body: Body | undefined, known: ReadonlyMap<Node, number>): number {
  const references = [...(body?.references ?? [])];
  return references.reduce(
    (most, [target, around]) => Math.max(most, around + (known.get(target) ?? 0)),
    body?.levels ?? 0,
  );
}

function bodiesFrom(input: NestingInput): ReadonlyMap<Node, Body> {
  const bodies = new Map<Node, Body>();
  const pending = new Set([input.root]);
  // A set's loop also visits what is added meanwhile.
  for (const node of pending) {
    const body = bodyOf(node, input);
    bodies.set(node, body);
    for (const target of body.references.keys()) pending.add(target);
  }
  return bodies;
}

function bodyOf(start: Node, { targetOf, nestedIn }: NestingInput): Body {
  const references = new Map<Node, number>();
  const measure = (node: Node, around: number): number => {
    const target = targetOf(node);
    if (target !== undefined) {
      references.set(target, Math.max(references.get(target) ?? 0, around));
      return around;
    }
    const levels = around + ("properties" in node || "items" in node ? 1 : 0);
    return nestedIn(node).reduce((most, inner) => Math.max(most, measure(inner, levels)), levels);
  };
  return { levels: measure(start, 0), references };
}
