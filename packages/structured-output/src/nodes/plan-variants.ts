import {
  firstKeyOf,
  isJsonObject,
  mayFitWire,
  type WireObject,
  wiresOverlap,
} from "@ktx/json-answer/wire";
import { type CompiledNode, isPlain, nodeWith } from "./compiled-node.ts";
import { decodeOpen } from "./decode-open.ts";

/** An option of a union in its written form. */
export interface Variant extends CompiledNode {
  /** The label that wraps it, if any. */
  readonly under?: string;
}

/**
 * Decides how the options of a union are written:
 * - A converted option gets its label where another option could produce the same JSON: a `Date` beside a string
 *   becomes `{ "date": "…" }`.
 * - No two objects begin with the same key, unless with different constants, as the service requires: a
 *   distinguishing key moves to the front, or the object gets its label.
 */
export function planVariants(nodes: readonly CompiledNode[]): Variant[] {
  const labels = uniqueLabels(nodes);
  const underLabel = (node: CompiledNode, index: number): Variant =>
    putUnder(node, labels[index] ?? node.label);
  const isAmbiguous = (node: CompiledNode) =>
    !isPlain(node) && nodes.some((other) => other !== node && wiresOverlap(node, other));
  const variants = nodes.map((node, index) => (isAmbiguous(node) ? underLabel(node, index) : node));
  const ordered = variants.map((variant) => withTellingKeyFirst(variant, variants));
  return variants.map((variant, index) => {
    const own = ordered[index];
    if (own !== undefined) return own;
    const others = variants.map((other, place) => objectOf(ordered[place] ?? other));
    const clashes = others.some(
      (other, place) => place !== index && clash(objectOf(variant), other),
    );
    return clashes ? underLabel(variant, index) : variant;
  });
}

function putUnder(node: CompiledNode, label: string): Variant {
  return nodeWith<Variant>(node, {
    ...wrapped(node, label),
    under: label,
    title: undefined,
    text: undefined,
    holds: undefined,
  });
}

/** A node that is written as the only property of an object. */
export function wrapped(
  node: CompiledNode,
  key: string,
): Pick<CompiledNode, "wire" | "encode" | "decode" | "decodeOpen"> {
  return {
    wire: { kind: "object", properties: new Map([[key, node]]) },
    encode: (value) => ({ [key]: node.encode(value) }),
    decode: (json) =>
      isJsonObject(json) && Object.hasOwn(json, key) ? node.decode(json[key]) : json,
    decodeOpen(open) {
      if (open.kind !== "object") return "refused";
      const { members, last } = open;
      if ([...Object.keys(members), last?.key ?? key].some((other) => other !== key))
        return "refused";
      if (last !== undefined) return decodeOpen(node, last.json);
      if (!Object.hasOwn(members, key)) return "none";
      return mayFitWire(members[key], node) ? { value: node.decode(members[key]) } : "refused";
    },
  };
}

/** The variant with its keys in an order that distinguishes it from the others; `undefined` if no order does. */
function withTellingKeyFirst(variant: Variant, all: readonly Variant[]): Variant | undefined {
  const own = objectOf(variant);
  const others = all.flatMap((other) => (other === variant ? [] : (objectOf(other) ?? [])));
  if (own === undefined || !others.some((other) => clash(own, other))) return variant;
  const keys = [...own.properties.keys()];
  const telling =
    keys.find((key) => others.every((other) => tellsApart(key, own, other))) ??
    keys.find((key) => others.every((other) => !other.properties.has(key)));
  const reordered: WireObject = {
    kind: "object",
    properties: new Map(
      [...own.properties].toSorted(([a], [b]) => Number(b === telling) - Number(a === telling)),
    ),
  };
  if (telling === undefined || firstKeyOf(reordered) !== telling) return;
  return nodeWith(variant, { wire: reordered });
}

function objectOf(variant: Variant): WireObject | undefined {
  return variant.wire?.kind === "object" ? variant.wire : undefined;
}

function clash(a: WireObject | undefined, b: WireObject | undefined): boolean {
  const key = a && firstKeyOf(a);
  return key !== undefined && b !== undefined && key === firstKeyOf(b) && !tellsApart(key, a, b);
}

function tellsApart(key: string, a: WireObject | undefined, b: WireObject): boolean {
  const [mine, theirs] = [a, b].map((wire) => {
    const bare = wire?.properties.get(key)?.wire;
    return bare?.kind === "value" && bare.values ? new Set(bare.values) : undefined;
  });
  return mine !== undefined && theirs !== undefined && mine.isDisjointFrom(theirs);
}

function uniqueLabels(nodes: readonly CompiledNode[]): string[] {
  const taken = new Set(nodes.flatMap((node) => [...(objectOf(node)?.properties.keys() ?? [])]));
  return nodes.map(({ label }) => {
    let unique = label;
    for (let count = 2; taken.has(unique); count += 1) unique = `${label}_${count}`;
    taken.add(unique);
    return unique;
  });
}
