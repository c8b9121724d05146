import { isDeepStrictEqual } from "node:util";
import { fitsWire, resemblesWire } from "../wire/fits-wire.ts";
import type { Wire } from "../wire/wire.ts";
import { type CompiledNode, plain, type UnionOption, unknownYet } from "./compiled-node.ts";
import { isSameValue } from "./is-same-value.ts";
import { planVariants, type Variant } from "./plan-variants.ts";

/** One of several: written as `anyOf`, in such a way that what the model writes has one meaning only. */
export function unionNode(options: readonly UnionOption[]): CompiledNode {
  const plan = lazily(() => {
    const variants = planVariants(options.map((option) => option.node));
    const wire: Wire = { kind: "choice", options: variants.map((variant) => variant.wire) };
    return { variants, wire };
  });

  const write = onceForEach((value) => {
    let best: Written | undefined;
    for (const [index, option] of options.entries()) {
      const variant = plan()?.variants[index];
      if (variant === undefined || !option.accepts(value)) continue;
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
    parts: options.map((option) => option.node),
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
