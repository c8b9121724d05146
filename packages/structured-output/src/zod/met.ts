import type { CompiledNode } from "../nodes/compiled-node.ts";

/** What several schemas have in common, compiled; or the place where they have nothing. */
export type Met = CompiledNode | Nothing;

export interface Nothing {
  readonly nothingAt: string;
}

/** Whether the schemas have no value in common. */
export function isNothing(met: object): met is Nothing {
  return "nothingAt" in met;
}
