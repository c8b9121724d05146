import { z } from "zod";
import { attempt } from "../attempt.ts";
import { type CompiledNode, nodeWith } from "../nodes/compiled-node.ts";
import { checksOf } from "./checks-of.ts";

/** The node of a scalar that its schema checks, without the checks that are code of the caller. */
export function heldTo(schema: z.core.SomeType, node: CompiledNode): CompiledNode {
  if (checksOf(schema).some((check) => "fn" in check && check.check !== "custom")) return node;
  const { def } = schema._zod;
  const checks = def.checks?.filter(({ _zod }) => _zod.def.check !== "custom");
  const own = z.core.clone(schema as z.core.$ZodType, { ...def, ...(checks && { checks }) });
  return nodeWith(node, {
    holds: (json) => attempt(() => z.core.safeParse(own, node.decode(json)).success, true),
  });
}
