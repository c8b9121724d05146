import { isDeepStrictEqual } from "node:util";
import { fitsWire, resemblesWire } from "../wire/fits-wire.ts";
import type { Wire } from "../wire/wire.ts";
import { type CompiledNode, plain, unknownYet } from "./compiled-node.ts";
import { planVariants, type Variant } from "./plan-variants.ts";

/** One alternative of a union, and whether a value belongs to it. */
export interface UnionOption {
  readonly node: CompiledNode;
  accepts(value: unknown): boolean;
}

/** One of several: written as `anyOf`, in such a way that what the model writes has one meaning only. */
export function unionNode(options: readonly UnionOption[]): CompiledNode {
  const plan = lazily(() => {
    const variants = planVariants(options.map((option) => option.node));
    const wire: Wire = { kind: "choice", options: variants.map((variant) => variant.wire) };
    return { variants, wire };
  });

  const write = onceForEach((value) => {
    const accepting = options.flatMap((option, index) =>
      option.accepts(value) ? (plan()?.variants[index] ?? []) : [],
    );
    const [first] = accepting;
    if (first === undefined) return value;
    const json = first.encode(value);
    if (accepting.length === 1 || restores(first, json, value)) return json;
    for (const variant of accepting.slice(1)) {
      const other = variant.encode(value);
      if (restores(variant, other, value)) return other;
    }
    return json;
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

function restores(variant: Variant, json: unknown, value: unknown): boolean {
  return fitsWire(json, variant.wire) && isDeepStrictEqual(variant.decode(json), value);
}

/**
 * Writes each object once while the outermost value is written: options that lead back to the union would each
 * write what is below them, which doubles with every level.
 */
function onceForEach(write: (value: unknown) => unknown): (value: unknown) => unknown {
  let written: Map<unknown, unknown> | undefined;
  const remember = (value: unknown): unknown => {
    if (typeof value !== "object" || written === undefined) return write(value);
    if (!written.has(value)) written.set(value, write(value));
    return written.get(value);
  };
  return (value) => {
    if (written !== undefined) return remember(value);
    written = new Map();
    try {
      return remember(value);
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
