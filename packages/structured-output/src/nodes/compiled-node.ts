import type { Written } from "../wire/wire.ts";
import type { Note } from "./note-node.ts";
import type { ObjectParts } from "./object-node.ts";

/**
 * One schema, compiled: the form that the model writes, and the way there and back. Nodes compose. Neither way
 * throws: JSON of another form than `wire` stays as it is, so that the schema itself reports it.
 */
export interface CompiledNode extends Written {
  /** One word for this kind of value, which the model sees where kinds must be distinguished. */
  readonly label: string;
  /** The work of `decode` itself, without that of the parts. @default none: a value is its own JSON */
  readonly conversion?: string | undefined;
  /** The nodes that this one calls. @default none */
  readonly parts?: readonly CompiledNode[] | undefined;
  /** The alternatives of a union. */
  readonly options?: readonly CompiledNode[] | undefined;
  /** The parts of an object. */
  readonly object?: ObjectParts | undefined;
  /** The notes of its schema. */
  readonly notes?: readonly Note[] | undefined;
  /** True for a value of this node, so that a union can choose its option. @default any value */
  readonly accepts?: ((value: unknown) => boolean) | undefined;
  /** From what the schema takes as input to JSON. */
  encode(value: unknown): unknown;
  /** From JSON to what the schema takes as input. */
  decode(json: unknown): unknown;
}

/** True for a node that passes JSON on unchanged, at every level. */
export function isPlain(node: CompiledNode): boolean {
  const visited = new Set<CompiledNode>();
  const visit = (inner: CompiledNode): boolean => {
    if (visited.has(inner)) return true;
    visited.add(inner);
    return inner.conversion === undefined && (inner.parts ?? []).every(visit);
  };
  return visit(node);
}

/** A node that is another but for some of it. What that one may know only later is asked of it each time. */
export function nodeWith<Node extends CompiledNode>(node: Node, changes: Partial<Node>): Node {
  return Object.create(node, Object.getOwnPropertyDescriptors(changes)) as Node;
}
