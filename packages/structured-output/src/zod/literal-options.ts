import type { z } from "zod";
import type { CompiledNode, UnionOption } from "../nodes/compiled-node.ts";
import { isPlain } from "../nodes/decodes-alike.ts";
import {
  absentNode,
  bigintValuesNode,
  nullNode,
  plainNode,
  valuesNode,
} from "../nodes/scalar-node.ts";
import { refuse } from "./refuse.ts";

/** What is left out, or `undefined`. */
export const absentOption: UnionOption = {
  node: absentNode,
  accepts: (value) => value === undefined,
};

export const nullOption: UnionOption = { node: nullNode, accepts: (value) => value === null };

/** The options that a list of literals stands for: one for each JSON type, and what JSON has no type for. */
export function literalOptions(
  values: readonly z.core.util.Literal[],
  path: string,
): UnionOption[] {
  const bigints = values.filter((value) => typeof value === "bigint");
  const strings = values.filter((value) => typeof value === "string");
  const numbers = values.filter((value) => typeof value === "number");
  const booleans = values.filter((value) => typeof value === "boolean");
  if (!numbers.every((value) => Number.isFinite(value))) throw refuse("infinite", path);
  if (values.some((value) => typeof value === "object" && value !== null))
    throw refuse("objectLiteral", path);
  const option = (members: readonly unknown[], make: () => CompiledNode): UnionOption[] =>
    members.length === 0 ? [] : [{ node: make(), accepts: (value) => members.includes(value) }];
  return [
    ...option(strings, () => valuesNode("string", strings)),
    ...option(numbers, () => valuesNode("number", numbers)),
    ...option(booleans, () =>
      new Set(booleans).size === 2
        ? plainNode({ kind: "value", type: "boolean" })
        : valuesNode("boolean", booleans),
    ),
    ...option(bigints, () => bigintValuesNode(bigints)),
    ...(values.includes(null) ? [nullOption] : []),
    ...(values.includes(undefined) ? [absentOption] : []),
  ];
}

/** A union of literals of one type is one enum. */
export function mergeLiterals(options: readonly UnionOption[]): UnionOption[] {
  return options.reduce<UnionOption[]>((merged, option) => {
    const place = merged.findIndex((other) => mergedNode(other.node, option.node) !== undefined);
    const other = merged[place];
    const node = other && mergedNode(other.node, option.node);
    return node === undefined
      ? [...merged, option]
      : merged.with(place, {
          node,
          accepts: (value) => other?.accepts(value) === true || option.accepts(value),
        });
  }, []);
}

function mergedNode(left: CompiledNode, right: CompiledNode): CompiledNode | undefined {
  const [a, b] = [left.wire, right.wire];
  if (a.kind !== "value" || b.kind !== "value" || a.type !== b.type) return;
  if (!isPlain(left) || !isPlain(right)) return;
  if (a.values === undefined || b.values === undefined) return;
  const values = new Set([...a.values, ...b.values]);
  return plainNode({ kind: "value", type: a.type, values: [...values] });
}

/** The values of an enum, without the names that TypeScript adds to a numeric one. */
export function enumValuesOf({ entries }: z.core.$ZodEnumDef): Set<string | number> {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === "number"));
  const own = Object.entries(entries).filter(([key]) => !numbers.has(Number(key)));
  return new Set(own.map(([, value]) => value));
}
