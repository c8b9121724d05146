import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import {
  absentNode,
  bigintValuesNode,
  nullNode,
  plainNode,
  valuesNode,
} from "../nodes/scalar-node.ts";
import { refuse } from "../refuse.ts";

/** The options that a list of literals stands for: one for each JSON type, and what JSON has no type for. */
export function literalOptions(
  values: readonly z.core.util.Literal[],
  path: string,
): CompiledNode[] {
  const bigints = values.filter((value) => typeof value === "bigint");
  const strings = values.filter((value) => typeof value === "string");
  const numbers = values.filter((value) => typeof value === "number");
  const booleans = new Set(values.filter((value) => typeof value === "boolean"));
  if (!numbers.every((value) => Number.isFinite(value))) throw refuse("infinite", path);
  if (values.some((value) => typeof value === "object" && value !== null))
    throw refuse("objectLiteral", path);
  return [
    ...(strings.length > 0 ? [valuesNode("string", strings)] : []),
    ...(numbers.length > 0 ? [valuesNode("number", numbers)] : []),
    ...(booleans.size === 1 ? [valuesNode("boolean", [...booleans])] : []),
    ...(booleans.size === 2 ? [anyBoolean] : []),
    ...(bigints.length > 0 ? [bigintValuesNode(bigints)] : []),
    ...(values.includes(null) ? [nullNode] : []),
    ...(values.includes(undefined) ? [absentNode] : []),
  ];
}

const anyBoolean: CompiledNode = {
  ...plainNode({ kind: "value", type: "boolean" }),
  accepts: (value) => typeof value === "boolean",
};

/** The values of an enum, without the names that TypeScript adds to a numeric one. */
export function enumValuesOf({ entries }: z.core.$ZodEnumDef): Set<string | number> {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === "number"));
  const own = Object.entries(entries).filter(([key]) => !numbers.has(Number(key)));
  return new Set(own.map(([, value]) => value));
}
