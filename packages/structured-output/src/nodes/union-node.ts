import { fitsWire, resemblesWire, type Wire, type WireValue } from "@ktx/json-answer/wire";
import { isDeepStrictEqual } from "node:util";
import type { CompiledNode } from "./compiled-node.ts";
import { decodeOpen } from "./decode-open.ts";
import { type Note, noteNode } from "./note-node.ts";
import { scalarWireOf } from "./meet-scalars.ts";
import { planVariants } from "./plan-variants.ts";
import { plainNode } from "./scalar-node.ts";

/**
 * The node of a value of any of these kinds; a single option is returned itself. Unions within unions become one flat
 * list of options, so that `.nullable().optional()` has three kinds of answer. Their notes become notes on the whole.
 */
export function unionOf(parts: readonly CompiledNode[]): CompiledNode {
  const options = mergeConstants(parts.flatMap(optionsOf));
  const [only] = options;
  const node = options.length === 1 && only !== undefined ? only : unionNode(options);
  return noteNode(node, ...new Set(parts.flatMap(notesOfUnion)));
}

/** The notes of a union as a whole. */
export function notesOfUnion({ options, notes = [] }: CompiledNode): readonly Note[] {
  return options === undefined ? [] : notes;
}

/** The options of a union; any other node is its own only option. */
export function optionsOf(node: CompiledNode): readonly CompiledNode[] {
  return node.options === undefined ? [node] : flattened(node.options);
}

/** A union, written as an unambiguous `anyOf`. */
function unionNode(options: readonly CompiledNode[]): CompiledNode {
  const plan = lazily(() => {
    const variants = planVariants(flattened(options));
    const wire: Wire | undefined =
      variants.length > 1 ? { kind: "choice", options: variants } : variants[0]?.wire;
    return { variants, wire };
  });
  return {
    get wire() {
      return plan()?.wire;
    },
    label: "value",
    get conversion() {
      return plan()?.variants.every(({ under }) => under === undefined) === true
        ? undefined
        : "union";
    },
    get parts() {
      return plan()?.variants ?? options;
    },
    options,
    encode(value) {
      const takers = plan()?.variants.filter(({ accepts }) => accepts?.(value) !== false) ?? [];
      const knowing = takers.filter((variant) => knowsAllOf(variant, value));
      const written: unknown[] = [];
      for (const variant of knowing.length > 0 ? knowing : takers) {
        const json = variant.encode(value);
        if (isDeepStrictEqual(variant.decode(json), value)) return json;
        written.push(json);
      }
      return written.length > 0 ? written[0] : value;
    },
    decode(json) {
      const variants = plan()?.variants ?? [];
      const variant =
        variants.find((candidate) => fitsWire(json, candidate)) ??
        variants.find((candidate) => resemblesWire(json, candidate));
      return variant ? variant.decode(json) : json;
    },
    decodeOpen(open) {
      const [first, ...others] = (plan()?.variants ?? [])
        .map((variant) => decodeOpen(variant, open))
        .filter((value) => value !== "refused");
      if (first === undefined) return "refused";
      // As long as it may be either of two, nothing is known.
      return others.every((other) => isDeepStrictEqual(other, first)) ? first : "none";
    },
  };
}

/** True for an option that knows every property of the value, so that nested options need no trial each. */
function knowsAllOf({ object }: CompiledNode, value: unknown): boolean {
  if (object === undefined || object.others !== undefined || typeof value !== "object") return true;
  return Object.entries(value ?? {}).every(
    ([key, inner]) => inner === undefined || object.properties.has(key),
  );
}

/** A recursive option may be a union itself, or this union, which adds nothing. */
function flattened(
  options: readonly CompiledNode[],
  open: ReadonlySet<unknown> = new Set([options]),
): CompiledNode[] {
  const flat = options.flatMap((node) => {
    if (node.options === undefined) return [node];
    return open.has(node.options) ? [] : flattened(node.options, new Set([...open, node.options]));
  });
  return [...new Set(flat)];
}

/** Merges the constants of one type into one enum. */
function mergeConstants(options: readonly CompiledNode[]): CompiledNode[] {
  const merged = new Map<unknown, CompiledNode>();
  for (const option of options) {
    const own = constantsOf(option);
    const known = own && merged.get(own.type);
    const values = new Set([
      ...((known && constantsOf(known)?.values) ?? []),
      ...(own?.values ?? []),
    ]);
    const node = own && known && plainNode({ kind: "value", type: own.type, values: [...values] });
    merged.set(own?.type ?? option, node ?? option);
  }
  return [...merged.values()];
}

/** The constants of a node; undefined for a union, which is planned when all nodes are complete. */
function constantsOf(node: CompiledNode): WireValue | undefined {
  if (node.options !== undefined || node.text !== undefined || node.conversion !== undefined)
    return;
  const wire = scalarWireOf(node);
  return wire?.values && wire;
}

/** Computes a value on first use; gives `undefined` during the computation. */
function lazily<Value>(compute: () => Value): () => Value | undefined {
  let state: { value?: Value } | undefined;
  return () => {
    if (state === undefined) {
      state = {};
      state.value = compute();
    }
    return state.value;
  };
}
