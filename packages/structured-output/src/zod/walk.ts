import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";

/** What the families of types call to compile what they contain. */
export interface Walk {
  /** Compiles a part of the schema, which stands at `path`. @throws where it takes nothing at all. */
  compile(schema: z.core.SomeType, path: string): CompiledNode;
  /** Compiles what may take nothing, as one of several kinds of value. */
  option(schema: z.core.SomeType, path: string): CompiledNode;
  /** Compiles a schema by itself; `undefined` where it is refused, or is being compiled so right now. */
  apart(schema: z.core.SomeType): CompiledNode | undefined;
}
