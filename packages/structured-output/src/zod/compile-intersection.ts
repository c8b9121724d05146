import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { isUnmet, meetNodes } from "../nodes/meet-nodes.ts";
import { UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import type { Walk } from "./walk.ts";

/** What must fit two schemas: of objects, of an object and a union of objects, or of scalars. */
export function compileIntersection(
  def: z.core.$ZodIntersectionDef,
  path: string,
  walk: Walk,
): CompiledNode {
  const met = meetNodes(walk.compile(def.left, path), walk.compile(def.right, path), path);
  if (!isUnmet(met)) return met;
  throw new UnsupportedOutputSchemaError({
    code: "unsupported",
    path: met.path,
    reason: met.reason,
    suggestion: met.suggestion,
  });
}
