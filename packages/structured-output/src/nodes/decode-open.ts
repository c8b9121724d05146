import type { OpenJson } from "@ktx/json-answer";
import { mayBecomeScalar, mayFitWire } from "@ktx/json-answer/wire";
import type { CompiledNode } from "./compiled-node.ts";

/** The value of JSON that is being written: what is known of it, nothing yet, or one that its schema refuses. */
export type ValueSoFar = { readonly value: unknown } | "none" | "refused";

/** The value of complete JSON; undefined where its schema refuses it. Such JSON never changes: it is decoded once. */
export function decodeComplete(
  node: CompiledNode,
  json: unknown,
): { readonly value: unknown } | undefined {
  const decode = () => (mayFitWire(json, node) ? { value: node.decode(json) } : undefined);
  if (typeof json !== "object" || json === null) return decode();
  const ofJson = decoded.get(json) ?? new Map<CompiledNode, ReturnType<typeof decode>>();
  decoded.set(json, ofJson);
  if (!ofJson.has(node)) ofJson.set(node, decode());
  return ofJson.get(node);
}

const decoded = new WeakMap<object, Map<CompiledNode, { readonly value: unknown } | undefined>>();

/** The value of a node's JSON while the model writes it: of a text its beginning, of a list its items, and so on. */
export function decodeOpen(node: CompiledNode, open: OpenJson): ValueSoFar {
  const ofOpen = known.get(open) ?? new Map<CompiledNode, ValueSoFar>();
  known.set(open, ofOpen);
  const result = ofOpen.get(node) ?? node.decodeOpen?.(open) ?? decodeScalar(node, open);
  ofOpen.set(node, result);
  return result;
}

/** So that similar options of a union are not tried again at each level. */
const known = new WeakMap<OpenJson, Map<CompiledNode, ValueSoFar>>();

/** Half a text is one; half a date, a word of an enum or a number is another value, or none. */
function decodeScalar({ wire, conversion, longest }: CompiledNode, open: OpenJson): ValueSoFar {
  if (wire?.kind !== "value") return "none";
  if (!mayBecomeScalar(open, wire)) return "refused";
  const { values, keywords = {} } = wire;
  const isWhole = conversion ?? values ?? keywords["format"] ?? keywords["pattern"];
  if (open.kind !== "text" || isWhole !== undefined) return "none";
  return open.text.length > (longest ?? Infinity) ? "refused" : { value: open.text };
}
