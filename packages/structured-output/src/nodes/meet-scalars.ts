import { wiresOverlap, type WireValue } from "@ktx/json-answer/wire";
import { type CompiledNode, nodeWith } from "./compiled-node.ts";
import { noteNode } from "./note-node.ts";

/** The wire of a node that is written as one JSON scalar; undefined for other nodes. */
export function scalarWireOf({ wire }: CompiledNode): WireValue | undefined {
  return wire?.kind === "value" ? wire : undefined;
}

/** The values that fit both: the common constants, or the narrower constraints. `undefined` without a common value. */
export function meetScalars(left: CompiledNode, right: CompiledNode): CompiledNode | undefined {
  const [one, other] = [scalarWireOf(left), scalarWireOf(right)];
  if (!one || !other || left.conversion !== right.conversion || !wiresOverlap(left, right)) return;
  const type = one.type === "integer" ? one.type : other.type;
  const common = one.values?.filter((value) => other.values?.includes(value) ?? true);
  const values = (common ?? other.values)?.filter((json) =>
    [left, right].every((side) => side.accepts?.(side.decode(json)) !== false),
  );
  if (values?.length === 0) return;
  const { met, rest } = meetKeywords(one.keywords ?? {}, other.keywords ?? {});
  // Constants need no further constraint.
  const wire: WireValue = { kind: "value", type, ...(values ? { values } : { keywords: met }) };
  const isOne = left.conversion === undefined && values?.length === 1;
  const label = isOne ? String(values[0]) : left.label;
  const node = nodeWith(left, { notes: [], title: undefined, text: undefined, wire, label });
  return values ? node : noteNode(node, ...rest.map((description) => ({ description })));
}

type Keywords = Readonly<Record<string, string | number>>;

/** The constraints of both sides, the narrower of two limits. A second pattern or format becomes a sentence. */
function meetKeywords(left: Keywords, right: Keywords): { met: Keywords; rest: string[] } {
  const met: Record<string, string | number> = { ...left };
  const rest: string[] = [];
  for (const [keyword, value] of Object.entries(right)) {
    const known = met[keyword];
    if (known === undefined || isNarrower(keyword, value, known)) met[keyword] = value;
    else if (known !== value && !isNarrower(keyword, known, value))
      rest.push(describeRest(keyword, value));
  }
  return { met, rest };
}

function isNarrower(keyword: string, value: unknown, known: unknown): boolean {
  if (typeof value !== "number" || typeof known !== "number") return false;
  if (keyword === "multipleOf") return Number.isInteger(value / known);
  return keyword.toLowerCase().includes("min") ? value > known : value < known;
}

function describeRest(keyword: string, value: string | number): string {
  if (keyword === "multipleOf") return `A multiple of ${value}.`;
  return keyword === "pattern" ? `Also matches /${value}/.` : `Also has the ${keyword} ${value}.`;
}
