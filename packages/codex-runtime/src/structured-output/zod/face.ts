import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";

/** One of the kinds of value that a schema takes: an object, by its parts, or anything else, compiled. */
export type Face = ObjectFace | ArrayFace | { readonly kind: "other"; readonly node: CompiledNode };

export interface ObjectFace {
  readonly kind: "object";
  /** For each property the schemas that it must fit. */
  readonly shape: ReadonlyMap<string, readonly z.core.SomeType[]>;
  readonly catchall?: z.core.SomeType | undefined;
}

export interface ArrayFace {
  readonly kind: "array";
  /** What each item must fit. */
  readonly items: readonly z.core.SomeType[];
  readonly limits: Readonly<Record<string, number>>;
}
