import type { CompiledNode } from "./compiled-node.ts";

/** What a schema says about itself. */
export interface Note {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** What can be said only when all nodes are complete. */
  readonly late?: ((node: CompiledNode) => string | undefined) | undefined;
}

/** The same node with something said about it. */
export function noteNode(node: CompiledNode, note: Note): CompiledNode {
  const { title, description, late } = note;
  if (title === undefined && description === undefined && late === undefined) return node;
  return {
    wire: {
      kind: "note",
      wire: node.wire,
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(late !== undefined && { late: () => late(node) }),
    },
    label: title === undefined ? node.label : labelOf(title),
    get conversion() {
      return node.conversion;
    },
    get parts() {
      return node.parts;
    },
    options: node.options,
    encode: node.encode,
    decode: node.decode,
  };
}

function labelOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9_]+/g, "_").slice(0, 40);
}
