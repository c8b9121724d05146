import type { CompiledNode } from "../nodes/compiled-node.ts";
import { decodesAlike, isPlain } from "../nodes/decodes-alike.ts";
import { type Note, noteNode } from "../nodes/note-node.ts";
import { plainNode } from "../nodes/scalar-node.ts";
import { bareWire, type Wire, type WireValue } from "../wire/wire.ts";
import { wiresOverlap } from "../wire/wires-overlap.ts";
import { joinNotes } from "./join-notes.ts";

/** A scalar that is both; nothing where there is none, or it cannot be told. */
export function meetNodes(left: CompiledNode, right: CompiledNode): CompiledNode[] {
  if (left === right) return [left];
  if (!decodesAlike(left, right) || !wiresOverlap(left.wire, right.wire)) return [];
  const [one, other] = [bareWire(left.wire), bareWire(right.wire)];
  // Of larger parts the overlap says too little.
  if (one?.kind !== "value" || other?.kind !== "value") return [];
  const notes = [...notesOf(left.wire), ...notesOf(right.wire)];
  if (!isPlain(left)) return [noteNode(left, joinNotes(notes))];
  const { wire, words } = meetValues(one, other);
  return [noteNode(plainNode(wire), joinNotes([...notes, ...words]))];
}

interface MetValues {
  readonly wire: WireValue;
  /** What the keywords cannot say. */
  readonly words: readonly Note[];
}

function meetValues(left: WireValue, right: WireValue): MetValues {
  const type = left.type === "integer" ? left.type : right.type;
  const values =
    left.values && right.values
      ? commonTo(left.values, right.values)
      : (left.values ?? right.values);
  // Constants say it all.
  if (values !== undefined) return { wire: { kind: "value", type: left.type, values }, words: [] };
  const keywords: Record<string, string | number> = { ...left.keywords };
  const words: Note[] = [];
  for (const [keyword, value] of Object.entries(right.keywords ?? {})) {
    const known = keywords[keyword];
    if (known === undefined || known === value) keywords[keyword] = value;
    else if (/minimum/i.test(keyword)) keywords[keyword] = Math.max(Number(known), Number(value));
    else if (/maximum/i.test(keyword)) keywords[keyword] = Math.min(Number(known), Number(value));
    else words.push({ description: `Its ${keyword} is also ${value}.` });
  }
  return { wire: { kind: "value", type, keywords }, words };
}

function commonTo<Value>(left: readonly Value[], right: readonly Value[]): readonly Value[] {
  return right.filter((value) => left.includes(value));
}

/** What is said about a wire, from the outside in. */
function notesOf(wire: Wire): Note[] {
  return wire.kind === "note" ? [wire, ...notesOf(wire.wire)] : [];
}
