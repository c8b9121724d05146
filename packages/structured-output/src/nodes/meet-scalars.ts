import type { Wire, WireScalar, WireValue } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import { type CompiledNode, nodeWith, plain } from "./compiled-node.ts";
import { noteNode } from "./note-node.ts";

/** Whether a node is written as one JSON scalar. */
export function isScalar(node: CompiledNode): boolean {
  return withoutNotes(node.wire).kind === "value";
}

/** What is both: the constants of both, or the narrower constraints. `undefined` where there is nothing. */
export function meetScalars(left: CompiledNode, right: CompiledNode): CompiledNode | undefined {
  const [one, other] = [withoutNotes(left.wire), withoutNotes(right.wire)];
  if (one.kind !== "value" || other.kind !== "value") return;
  if (left.conversion !== right.conversion || !wiresOverlap(one, other)) return;
  const type = one.type === "integer" ? one.type : other.type;
  const values = constantsOf(one, other)?.filter((json) =>
    [left, right].every((side) => side.accepts?.(side.decode(json)) !== false),
  );
  if (values?.length === 0) return;
  const { met, rest } = meetKeywords(one.keywords ?? {}, other.keywords ?? {});
  // Constants say it all.
  const wire: WireValue = { kind: "value", type, ...(values ? { values } : { keywords: met }) };
  const isOne = left.conversion === plain && values?.length === 1;
  const label = isOne ? String(values[0]) : left.label;
  const node = nodeWith(left, { notes: [], wire, label });
  const also = rest.map(([keyword, value]) => ({ description: describeRest(keyword, value) }));
  return values === undefined ? noteNode(node, ...also) : node;
}

function constantsOf(one: WireValue, other: WireValue): readonly WireScalar[] | undefined {
  const { values } = other;
  return one.values && values
    ? one.values.filter((value) => values.includes(value))
    : (one.values ?? values);
}

type Keywords = Readonly<Record<string, string | number>>;

/** The constraints of both sides, the narrower of two limits; and what of them has no place beside the others. */
function meetKeywords(left: Keywords, right: Keywords) {
  const met: Record<string, string | number> = { ...left };
  const rest: [keyword: string, value: string | number][] = [];
  for (const [keyword, value] of Object.entries(right)) {
    const known = met[keyword];
    if (known === undefined || isNarrower(keyword, value, known)) met[keyword] = value;
    else if (known !== value && !isNarrower(keyword, known, value)) rest.push([keyword, value]);
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
  return keyword === "pattern" ? `Also matches /${value}/.` : `Also of the ${keyword} ${value}.`;
}

function withoutNotes(wire: Wire): Exclude<Wire, { kind: "note" }> {
  return wire.kind === "note" ? withoutNotes(wire.wire) : wire;
}
