import type { Written } from "@ktx/json-answer/wire";
import type { OpenJson } from "@ktx/json-answer";
import type { ValueSoFar } from "./decode-open.ts";
import type { Note } from "./note-node.ts";
import type { ObjectParts } from "./object-node.ts";

/**
 * One compiled schema: the form that the model writes, and the conversions in both directions. Nodes compose. The
 * conversions do not throw: JSON of another form than `wire` stays unchanged, so that the schema itself reports it.
 */
export interface CompiledNode extends Written {
  /** One word for this kind of value; the model sees it where kinds must be distinguished. */
  readonly label: string;
  /** The name of the conversion in `decode`, without those of the parts. @default none: the value is its own JSON */
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
  /** The most characters of a text. */
  readonly longest?: number | undefined;
  /** `decode` for JSON that is being written. @default as a scalar */
  readonly decodeOpen?: ((open: OpenJson) => ValueSoFar) | undefined;
  /** Converts an input of the schema to JSON. */
  encode(value: unknown): unknown;
  /** Converts JSON to an input of the schema. */
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

/** A copy of a node with changes. Other members are read from the node each time: some are known only later. */
export function nodeWith<Node extends CompiledNode>(node: Node, changes: Partial<Node>): Node {
  return Object.create(node, Object.getOwnPropertyDescriptors(changes)) as Node;
}
