import { type CompiledNode, plain } from "../nodes/compiled-node.ts";
import type { Note } from "../nodes/note-node.ts";
import { notesOf, type Wire, type WireScalar, type WireValue } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import type { OtherFace } from "./face.ts";
import { meetKeywords } from "./meet-keywords.ts";

/** What is both; its notes are what the nodes say. `undefined` where there is nothing, or it cannot be told. */
export function meetNodes(left: OtherFace, right: OtherFace): OtherFace | undefined {
  // zod refuses to merge them, even where they are equal.
  if (left.node.conversion === "set" || left.node.conversion === "map") return;
  if (left.node === right.node) return { ...left, notes: [] };
  const accepts = (value: unknown) => left.accepts(value) && right.accepts(value);
  const [one, other] = [withoutNotes(left.node.wire), withoutNotes(right.node.wire)];
  if (one.kind !== "value" || other.kind !== "value") {
    // Of larger parts it is known only that each is itself, whatever is said about it.
    const isSame = left.node.decode === right.node.decode;
    const said = new Set(notesOf(left.node.wire).map(({ description }) => description));
    const notes = notesOf(right.node.wire).filter(({ description }) => !said.has(description));
    return isSame ? { kind: "other", node: left.node, accepts, notes } : undefined;
  }
  if (left.node.conversion !== right.node.conversion || !wiresOverlap(one, other)) return;
  const { wire, words } = meetWires(one, other, (value) => accepts(left.node.decode(value)));
  if (wire.values?.length === 0) return;
  const notes = [...notesOf(left.node.wire), ...notesOf(right.node.wire), ...words];
  return { kind: "other", node: withWire(left.node, wire), accepts, notes };
}

interface MetWires {
  readonly wire: WireValue;
  /** What the keywords cannot say. */
  readonly words: readonly Note[];
}

function meetWires(
  left: WireValue,
  right: WireValue,
  accepts: (value: WireScalar) => boolean,
): MetWires {
  const { kind } = left;
  const type = left.type === "integer" ? left.type : right.type;
  const constants = left.values ?? right.values;
  // Constants say it all.
  if (constants !== undefined) {
    const isCommon = (value: WireScalar) => right.values?.includes(value) !== false;
    const values = constants.filter((value) => isCommon(value) && accepts(value));
    return { wire: { kind, type, values }, words: [] };
  }
  const { met, rest } = meetKeywords<string | number>(left.keywords ?? {}, right.keywords ?? {});
  const words = rest.map(([keyword, value]) => ({ description: inWords(keyword, value) }));
  return { wire: { kind, type, keywords: met }, words };
}

function inWords(keyword: string, value: string | number): string {
  return keyword === "multipleOf" ? `A multiple of ${value}.` : `Its ${keyword} is also ${value}.`;
}

function withWire(node: CompiledNode, wire: WireValue): CompiledNode {
  const [constant, ...others] = wire.values ?? [];
  const isOne = node.conversion === plain && constant !== undefined && others.length === 0;
  return { ...node, wire, label: isOne ? String(constant) : node.label };
}

function withoutNotes(wire: Wire): Exclude<Wire, { kind: "note" }> {
  return wire.kind === "note" ? withoutNotes(wire.wire) : wire;
}
