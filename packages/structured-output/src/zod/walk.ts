import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import type { Met } from "./met.ts";

/** What the families of types call to compile what they contain. */
export interface Walk {
  /** Compiles a part of the schema, which stands at `path`. */
  compile(schema: z.core.SomeType, path: string): CompiledNode;
  /** Whether this schema is being compiled right now, so that meeting it again is recursion. */
  isOpen(schema: z.core.SomeType): boolean;
  /** Does work within what is compiled, so that it counts as a level. @throws where these are too many. */
  enter<Result>(path: string, work: () => Result): Result;
  /** The sets of schemas that were intersected so far. */
  readonly intersected: Intersected[];
}

interface Intersected {
  readonly schemas: ReadonlySet<z.core.SomeType>;
  /** Whether they are those of one place further within. */
  readonly isWithin: boolean;
  /** A stand-in at first. */
  met: Met;
  /** Whether it was met again, so that the stand-in may be a part of others. */
  isShared: boolean;
}
