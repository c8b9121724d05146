type Node = Readonly<Record<string, unknown>>;

export interface NestingInput {
  readonly root: Node;
  /** What a node refers to, where it is a reference. */
  readonly targetOf: (node: Node) => Node | undefined;
  /** The schemas directly within a node. */
  readonly nestedIn: (node: Node) => readonly Node[];
}

/**
 * The number of objects and arrays on the longest way down, the root included; `anyOf` adds none. A reference
 * counts as what it stands for, but one that leads back to what it is within adds nothing: recursion itself is
 * allowed at any depth.
 */
export function deepestNesting({ root, targetOf, nestedIn }: NestingInput): number {
  const reached = new Map<Node, ReadonlySet<Node>>();
  const known = new Map<Node, number>();

  /** All that a node leads to by way of references. */
  const reachFrom = (start: Node): ReadonlySet<Node> => {
    const before = reached.get(start);
    if (before !== undefined) return before;
    const found = new Set<Node>();
    const pending = [start];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const target = targetOf(node);
      if (target === undefined) pending.push(...nestedIn(node));
      else if (!found.has(target)) {
        found.add(target);
        pending.push(target);
      }
    }
    reached.set(start, found);
    return found;
  };
  const depthOf = (body: Node): number => {
    const before = known.get(body);
    if (before !== undefined) return before;
    const depth = measure(body, body);
    known.set(body, depth);
    return depth;
  };
  const measure = (node: Node, body: Node): number => {
    const target = targetOf(node);
    if (target !== undefined) {
      const leadsBack = target === body || reachFrom(target).has(body);
      return leadsBack ? 0 : depthOf(target);
    }
    const own = "properties" in node || "items" in node ? 1 : 0;
    return nestedIn(node).reduce((most, inner) => Math.max(most, measure(inner, body)), 0) + own;
  };
  return depthOf(root);
}
