import type { CompiledNode } from "./compiled-node.ts";
import { decodeOpen } from "./decode-open.ts";

/** A placeholder for a node that is still being compiled, for recursive schemas. */
export interface DeferredNode extends CompiledNode {
  settle(target: CompiledNode): void;
}

export function deferredNode(): DeferredNode {
  let target: CompiledNode | undefined;
  return {
    get wire() {
      return target?.wire;
    },
    label: "object",
    get conversion() {
      return target ? target.conversion : "not known yet";
    },
    get parts() {
      return target?.parts;
    },
    get options() {
      return target?.options;
    },
    get object() {
      return target?.object;
    },
    accepts: (value) => target?.accepts?.(value) !== false,
    encode: (value) => (target ? target.encode(value) : value),
    decode: (json) => (target ? target.decode(json) : json),
    decodeOpen: (open) => (target ? decodeOpen(target, open) : "none"),
    settle: (node) => {
      target = node;
    },
  };
}
