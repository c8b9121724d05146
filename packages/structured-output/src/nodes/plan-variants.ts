import { isJsonObject } from "../wire/fits-wire.ts";
import { bareWire, firstKeyOf, type Wire, type WireObject } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import type { CompiledNode } from "./compiled-node.ts";
import { decodesAlike, isPlain } from "./decodes-alike.ts";

/** An option of a union as it will be written. */
export interface Variant extends Pick<CompiledNode, "wire" | "encode" | "decode"> {
  /** The label that it is put under, if it is. */
  readonly under?: string;
}

/**
 * Decides how the options of a union are written, so that
 * - JSON that two options could have written means the same in both, else the converted one is put under its
 *   label: a `Date` beside a string becomes `{ "date": "…" }`;
 * - no two objects begin with the same key, unless with different constants, as the service demands: a
 *   distinguishing key moves to the front; without one, the object is put under its label.
 */
export function planVariants(nodes: readonly CompiledNode[]): Variant[] {
  const labels = uniqueLabels(nodes);
  const variants = nodes.map((node, index): Variant => {
    const ambiguous =
      !isPlain(node) &&
      nodes.some((other) => !decodesAlike(node, other) && wiresOverlap(node.wire, other.wire));
    return ambiguous
      ? underLabel(node, labels[index] ?? node.label)
      : { wire: node.wire, encode: node.encode, decode: node.decode };
  });
  const ordered = variants.map((variant) => withTellingKeyFirst(variant, variants));
  return variants.map((variant, index) => {
    const own = ordered[index];
    if (own !== undefined) return own;
    const others = variants.flatMap((other, place) =>
      place === index ? [] : [ordered[place] ?? other],
    );
    return clashesWithAny(variant, others)
      ? underLabel(variant, labels[index] ?? "object")
      : variant;
  });
}

function underLabel(node: Variant, label: string): Variant {
  return {
    wire: { kind: "object", properties: new Map([[label, node.wire]]) },
    under: label,
    encode: (value) => ({ [label]: node.encode(value) }),
    decode: (json) =>
      isJsonObject(json) && Object.hasOwn(json, label) ? node.decode(json[label]) : json,
  };
}

/** The variant in an order that sets it apart from the others; `undefined` where no order does. */
function withTellingKeyFirst(variant: Variant, all: readonly Variant[]): Variant | undefined {
  const own = objectOf(variant);
  if (own === undefined) return variant;
  const others = all.flatMap((other) => (other === variant ? [] : (objectOf(other) ?? [])));
  if (!others.some((other) => clash(own, other))) return variant;
  const keys = [...own.properties.keys()];
  const telling =
    keys.find((key) => others.every((other) => tellsApart(key, own, other))) ??
    keys.find((key) => others.every((other) => !other.properties.has(key)));
  const reordered = telling === undefined ? undefined : withFirst(own, telling);
  if (reordered === undefined || firstKeyOf(reordered) !== telling) return undefined;
  return { ...variant, wire: withBare(variant.wire, reordered) };
}

function objectOf(variant: Variant): WireObject | undefined {
  const bare = bareWire(variant.wire);
  return bare?.kind === "object" ? bare : undefined;
}

function clashesWithAny(variant: Variant, others: readonly Variant[]): boolean {
  const own = objectOf(variant);
  return others.some((other) => {
    const theirs = objectOf(other);
    return own !== undefined && theirs !== undefined && clash(own, theirs);
  });
}

function clash(a: WireObject, b: WireObject): boolean {
  const key = firstKeyOf(a);
  return key !== undefined && key === firstKeyOf(b) && !tellsApart(key, a, b);
}

function tellsApart(key: string, a: WireObject, b: WireObject): boolean {
  const [mine, theirs] = [constantsOf(a, key), constantsOf(b, key)];
  return mine !== undefined && theirs !== undefined && mine.isDisjointFrom(theirs);
}

function constantsOf(wire: WireObject, key: string): Set<unknown> | undefined {
  const bare = bareWire(wire.properties.get(key));
  return bare?.kind === "value" && bare.values ? new Set(bare.values) : undefined;
}

function withFirst(wire: WireObject, key: string): WireObject {
  const rest = [...wire.properties].filter(([name]) => name !== key);
  const first = [...wire.properties].filter(([name]) => name === key);
  return { kind: "object", properties: new Map([...first, ...rest]) };
}

function withBare(wire: Wire, bare: WireObject): Wire {
  return wire.kind === "note" ? { ...wire, wire: withBare(wire.wire, bare) } : bare;
}

function uniqueLabels(nodes: readonly CompiledNode[]): string[] {
  const taken = new Set(
    nodes.flatMap((node) => {
      const bare = bareWire(node.wire);
      return bare?.kind === "object" ? [...bare.properties.keys()] : [];
    }),
  );
  return nodes.map(({ label }) => {
    let unique = label;
    for (let count = 2; taken.has(unique); count += 1) unique = `${label}_${count}`;
    taken.add(unique);
    return unique;
  });
}
