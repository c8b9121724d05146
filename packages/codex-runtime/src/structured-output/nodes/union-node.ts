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

  const pick = (value: unknown): Variant | undefined => {
    const accepting = options.flatMap((option, index) =>
      option.accepts(value) ? [plan()?.variants[index]] : [],
    );
    return (
      accepting.find((v) => v && isDeepStrictEqual(v.decode(v.encode(value)), value)) ??
      accepting[0]
    );
  };

  return {
    wire: { kind: "later", resolve: () => plan()?.wire },
    label: "value",
    get conversion() {
      const labels = plan()?.variants.map((variant) => variant.under ?? "");
      if (labels === undefined) return unknownYet;
      return labels.every((label) => label === "") ? plain : `labelled ${JSON.stringify(labels)}`;
    },
    parts: options.map((option) => option.node),
    encode(value) {
      const variant = pick(value);
      return variant ? variant.encode(value) : value;
    },
    decode(json) {
      const variants = plan()?.variants ?? [];
      const variant =
        variants.find((candidate) => fitsWire(json, candidate.wire)) ??
        variants.find((candidate) => resemblesWire(json, candidate.wire));
      return variant ? variant.decode(json) : json;
    },
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
