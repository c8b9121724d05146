import type { CompiledNode } from "./compiled-node.ts";

/** A node that stands in for one that is still being compiled: recursion meets itself here. */
export interface DeferredNode extends CompiledNode {
  settle(target: CompiledNode): void;
}

/** Creates the stand-in; `id` tells it from the others of the same schema. */
export function deferredNode(id: number): DeferredNode {
  let target: CompiledNode | undefined;
  return {
    wire: { kind: "later", resolve: () => target?.wire },
    label: "object",
    conversion: `recursion ${id}`,
    encode: (value) => (target ? target.encode(value) : value),
    decode: (json) => (target ? target.decode(json) : json),
    settle: (node) => {
      target = node;
    },
  };
}
