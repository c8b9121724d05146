import { isJsonObject } from "./wire/fits-wire.ts";

type Node = Readonly<Record<string, unknown>>;

/** A schema within a schema, and where it is. */
export interface Part {
  readonly node: Node;
  readonly path: string;
}

export interface Depth {
  /** Of objects and lists; `anyOf` adds none. */
  readonly levels: number;
  /** The deepest place. */
  readonly path: string;
}

/**
 * How deep a schema goes, or the deepest of its definitions. A reference counts as what it stands for, but one
 * that leads back to what it is within adds nothing: recursion itself may go to any depth.
 */
export function deepestPlace(
  root: Part,
  definitions: Node,
  childrenOf: (part: Part) => readonly Part[],
): Depth {
  const reached = new Map<Node, ReadonlySet<Node>>();
  const known = new Map<Node, Depth>();

  const targetOf = ({ $ref: reference }: Node): Node | undefined => {
    if (reference === "#") return root.node;
    const name = typeof reference === "string" ? reference.slice("#/$defs/".length) : "";
    const target = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    return isJsonObject(target) ? target : undefined;
  };
  /** All that a node leads to by way of references. */
  const reachFrom = (start: Node): ReadonlySet<Node> => {
    const before = reached.get(start);
    if (before !== undefined) return before;
    const found = new Set<Node>();
    const pending: Part[] = [{ node: start, path: "" }];
    for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
      const target = targetOf(part.node);
      if (target === undefined) pending.push(...childrenOf(part));
      else if (!found.has(target)) {
        found.add(target);
        pending.push({ node: target, path: "" });
      }
    }
    reached.set(start, found);
    return found;
  };
  /** Of a definition, or the root; its place is where it was met first. */
  const depthOf = (body: Part): Depth => {
    const depth = known.get(body.node) ?? measure(body, body.node);
    known.set(body.node, depth);
    return depth;
  };
  const measure = (part: Part, body: Node): Depth => {
    const { node, path } = part;
    const target = targetOf(node);
    if (target !== undefined) {
      const leadsBack = target === body || reachFrom(target).has(body);
      return leadsBack ? { levels: 0, path } : depthOf({ node: target, path });
    }
    const own = node["type"] === "object" || node["type"] === "array" ? 1 : 0;
    const deepest = childrenOf(part)
      .map((child) => measure(child, body))
      .reduce((most, depth) => (depth.levels > most.levels ? depth : most), { levels: 0, path });
    return { levels: deepest.levels + own, path: deepest.path };
  };
  const parts = Object.entries(definitions).flatMap(([name, node]) =>
    isJsonObject(node) && reachFrom(root.node).has(node) ? [{ node, path: `$defs.${name}` }] : [],
  );
  return [root, ...parts]
    .map(depthOf)
    .reduce((most, depth) => (depth.levels > most.levels ? depth : most));
}
