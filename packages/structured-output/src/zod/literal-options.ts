import type { z } from "zod";
import type { CompiledNode } from "../nodes/compiled-node.ts";
import { absentNode, bigintNode, nullNode, plainNode } from "../nodes/scalar-node.ts";
import { refuse } from "../refuse.ts";

/** The options that a list of literals stands for: one for each JSON type, and what JSON has no type for. */
export function literalOptions(
  values: readonly z.core.util.Literal[],
  path: string,
): CompiledNode[] {
  const strings = values.filter((value) => typeof value === "string");
  const numbers = values.filter((value) => typeof value === "number");
  const booleans = new Set(values.filter((value) => typeof value === "boolean"));
  const bigints = values.filter((value) => typeof value === "bigint");
  if (!numbers.every((value) => Number.isFinite(value))) throw refuse("infinite", path);
  if (values.some((value) => typeof value === "object" && value !== null))
    throw refuse("objectLiteral", path);
  const isAnyBoolean = booleans.size === 2;
  return [
    strings.length > 0 && plainNode({ kind: "value", type: "string", values: strings }),
    numbers.length > 0 && plainNode({ kind: "value", type: "number", values: numbers }),
    booleans.size > 0 &&
      plainNode({
        kind: "value",
        type: "boolean",
        ...(!isAnyBoolean && { values: [...booleans] }),
      }),
    bigints.length > 0 && bigintNode(bigints),
    values.includes(null) && nullNode,
    values.includes(undefined) && absentNode,
  ].filter((option) => option !== false);
}

/** The values of an enum, without the names that TypeScript adds to a numeric one. */
export function enumValuesOf({ entries }: z.core.$ZodEnumDef): Set<string | number> {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === "number"));
  const own = Object.entries(entries).filter(([key]) => !numbers.has(Number(key)));
  return new Set(own.map(([, value]) => value));
}
