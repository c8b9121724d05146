import type { CompiledNode, UnionOption } from "../nodes/compiled-node.ts";
import { unionNode } from "../nodes/union-node.ts";
import { mergeLiterals } from "./literal-options.ts";

/** The node of what is one of these: of a single one itself. `undefined` where there are none. */
export function joinOptions(options: readonly UnionOption[]): CompiledNode | undefined {
  const distinct = mergeLiterals(distinctOptions(options));
  const [only] = distinct;
  return distinct.length > 1 ? unionNode(distinct) : only?.node;
}

/** Of options with the same node the first. */
export function distinctOptions(options: readonly UnionOption[]): UnionOption[] {
  const nodes = new Set<CompiledNode>();
  return options.filter(({ node }) => !nodes.has(node) && nodes.add(node));
}
