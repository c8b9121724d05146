import { createHead, sqlName } from "../read/create-head.ts";
import type { SqlRules } from "../read/sql-quotes.ts";

/** A line of a script that begins with `create table`, or with such words between the two. */
export interface CreateLine {
  /** From 1. */
  readonly line: number;
  /** As it is written, without its schema; empty where it has none that can be read. */
  readonly name: string;
}

/** `create table to` and `create table,` grant a right. */
const createLine = new RegExp(
  String.raw`^[ \t]*(?:/\*!\d*\s*)?${createHead}(?!\s{0,200}(?:[,;)]|to\b|with\b|$(?![^])))((?:${sqlName})(?:\s*\.\s*(?:${sqlName}))*)?`,
  "gimu",
);

/**
 * The lines that create a table and that the script does not comment out. It looks at no quotes: so it finds, too, what a
 * misread quote hides. Pure.
 */
export function findCreates(text: string, rules: SqlRules): readonly CreateLine[] {
  const found: CreateLine[] = [];
  const spans = [...commentSpans(text), ...bodySpans(text, rules)].toSorted(
    (a, b) => a.from - b.from,
  );
  let line = 1;
  let counted = 0;
  let span = 0;
  let covered = 0;
  for (const { index, 0: head, 1: kind = "", 2: qualified = "" } of text.matchAll(createLine)) {
    if (kind.toLowerCase() !== "table") continue;
    for (; counted < index; counted += 1) if (text.charCodeAt(counted) === 10) line += 1;
    for (let next = spans[span]; next !== undefined && next.from <= index; next = spans[span]) {
      covered = Math.max(covered, next.to);
      span += 1;
    }
    if (index < covered && !/^\s*\/\*!/.test(head)) continue;
    const [name = ""] = new RegExp(`(?:${sqlName})$`, "u").exec(qualified) ?? [];
    found.push({ line, name: name.replaceAll(/^[`"'[]|[`"'\]]$/g, "") });
  }
  return found;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The comments that begin a line and end. */
function* commentSpans(text: string): Generator<Span> {
  const opening = /^[ \t]*\/\*(?!!)/gm;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const end = text.indexOf("*/", opening.lastIndex);
    if (end === -1) return;
    yield { from: found.index, to: end };
    opening.lastIndex = end;
  }
}

/** The bodies of functions in dollar quotes that end. */
function* bodySpans(text: string, { dialect }: SqlRules): Generator<Span> {
  if (dialect !== "postgresql" && dialect !== "other") return;
  const lasts = new Map([...text.matchAll(/\$\w*\$/g)].map(({ 0: tag, index }) => [tag, index]));
  const opening = /\b(?:as|do)\s{1,99}(\$\w*\$)/gi;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const [, tag = ""] = found;
    if ((lasts.get(tag) ?? 0) < opening.lastIndex) continue;
    const end = text.indexOf(tag, opening.lastIndex);
    if (end === -1) continue;
    yield { from: found.index, to: end };
    opening.lastIndex = end + tag.length;
  }
}
