import { isDeepStrictEqual } from "node:util";
import { fitsWire, resemblesWire } from "../wire/fits-wire.ts";
import type { Wire } from "../wire/wire.ts";
import { type CompiledNode, plain, unknownYet } from "./compiled-node.ts";
import { isPlain } from "./decodes-alike.ts";
import { isSameValue } from "./is-same-value.ts";
import { noteNode } from "./note-node.ts";
import { planVariants, type Variant } from "./plan-variants.ts";
import { plainNode } from "./scalar-node.ts";

/**
 * The node of what is one of these. Unions within unions become one flat list of options, so that for instance
 * `.nullable().optional()` has three distinct kinds of answer; what is said about a union among
 * them is said about the whole. A single option is itself.
 */
export function unionOf(parts: readonly CompiledNode[]): CompiledNode {
  const options = mergeConstants(parts.flatMap(optionsOf));
  const [only] = options;
  const node = options.length === 1 && only !== undefined ? only : unionNode(options);
  const notes = parts.flatMap((part) => (part.options ? (part.notes ?? []) : []));
  return noteNode(node, ...new Set(notes));
}

/** The kinds of value among which a node has one: its options, or itself. */
export function optionsOf(node: CompiledNode): readonly CompiledNode[] {
  return node.options === undefined ? [node] : flattened(node.options);
}

/** Written as `anyOf`, in such a way that what the model writes has one meaning only. */
function unionNode(options: readonly CompiledNode[]): CompiledNode {
  const plan = lazily(() => {
    const flat = flattened(options);
    const variants = planVariants(flat);
    const [only] = variants;
    const wire: Wire | undefined =
      variants.length > 1
        ? { kind: "choice", options: variants.map((variant) => variant.wire) }
        : only?.wire;
    return { flat, variants, wire };
  });

  const write = onceForEach((value) => {
    let best: Written | undefined;
    for (const [index, option] of plan()?.flat.entries() ?? []) {
      const variant = plan()?.variants[index];
      if (variant === undefined || option.accepts?.(value) === false) continue;
      const json = variant.encode(value);
      const rank = rankOf(variant, json, value);
      if (best === undefined || rank > best.rank) best = { json, rank };
      if (rank === ranks.restored) break;
    }
    return best === undefined ? value : best.json;
  });

  return {
    wire: { kind: "later", resolve: () => plan()?.wire },
    label: "value",
    get conversion() {
      const labels = plan()?.variants.map((variant) => variant.under ?? "");
      if (labels === undefined) return unknownYet;
      return labels.every((label) => label === "") ? plain : `labelled ${JSON.stringify(labels)}`;
    },
    get parts() {
      return plan()?.flat ?? options;
    },
    options,
    encode: write,
    decode(json) {
      const variants = plan()?.variants ?? [];
      const variant =
        variants.find((candidate) => fitsWire(json, candidate.wire)) ??
        variants.find((candidate) => resemblesWire(json, candidate.wire));
      return variant ? variant.decode(json) : json;
    },
  };
}

/** Recursion may turn out to be a union, or the union itself, which adds nothing. */
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

/** A union of constants of one type is one enum. */
function mergeConstants(options: readonly CompiledNode[]): CompiledNode[] {
  return [...new Set(options)].reduce<CompiledNode[]>((merged, option) => {
    const place = merged.findIndex((other) => mergedNode(other, option) !== undefined);
    const other = merged[place];
    const node = other && mergedNode(other, option);
    return node === undefined ? [...merged, option] : merged.with(place, node);
  }, []);
}

function mergedNode(left: CompiledNode, right: CompiledNode): CompiledNode | undefined {
  const [a, b] = [left.wire, right.wire];
  if (a.kind !== "value" || b.kind !== "value" || a.type !== b.type) return;
  if (a.values === undefined || b.values === undefined) return;
  if (!isPlain(left) || !isPlain(right)) return;
  const values = new Set([...a.values, ...b.values]);
  return plainNode({ kind: "value", type: a.type, values: [...values] });
}

/** What an option wrote of a value, and how well. */
interface Written {
  readonly json: unknown;
  readonly rank: number;
}

/** A property that is undefined may be one that is not there; but an option that gives it back goes first. */
const ranks = { misfit: 0, fits: 1, same: 2, restored: 3 };

function rankOf(variant: Variant, json: unknown, value: unknown): number {
  if (!fitsWire(json, variant.wire)) return ranks.misfit;
  const decoded = variant.decode(json);
  if (isDeepStrictEqual(decoded, value)) return ranks.restored;
  return isSameValue(decoded, value) ? ranks.same : ranks.fits;
}

/**
 * Writes each value once while the outermost one is written: options that lead back to the union would each
 * write what is below them, which doubles with every level. An option that leads back with the same value adds
 * nothing.
 */
function onceForEach(write: (value: unknown) => unknown): (value: unknown) => unknown {
  let written: Map<unknown, unknown> | undefined;
  const remember = (value: unknown, known: Map<unknown, unknown>): unknown => {
    if (known.has(value)) return known.get(value);
    known.set(value, value);
    const json = write(value);
    known.set(value, json);
    return json;
  };
  return (value) => {
    if (written !== undefined) return remember(value, written);
    written = new Map();
    try {
      return remember(value, written);
    } finally {
      written = undefined;
    }
  };
}

/** Computed on first use; `undefined` to whoever asks while it is being computed. */
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
