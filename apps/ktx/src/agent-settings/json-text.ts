import { createScanner, type Node } from "jsonc-parser";

/** The line break and the indentation of a text. */
interface JsonStyle {
  readonly eol: string;
  readonly indent: string;
  /** True where a space stands behind colons. */
  readonly isSpaced: boolean;
}

/** Puts a property in front of the others of an object. No other byte changes. Pure. */
export function insertProperty(text: string, object: Node, key: string, value: unknown): string {
  const style = styleOf(text);
  const start = object.offset + 1;
  const [first] = object.children ?? [];
  const inside = text.slice(start, first?.offset ?? object.offset + object.length - 1);
  const comma = first === undefined ? "" : ",";
  const isOnLines =
    first === undefined ? /\n/.test(text) || isAlone(text, object) : /\n/.test(inside);
  if (!isOnLines) {
    const lead = /^[ \t]*/.exec(inside)?.[0] ?? "";
    const gap = first !== undefined && lead === "" && style.isSpaced ? " " : "";
    return spliced(text, start, 0, `${lead}${printProperty(key, value, style)}${comma}${gap}`);
  }
  const own = indentAt(text, object.offset);
  const indent = first === undefined ? own + style.indent : indentAt(text, first.offset);
  const lines = `${JSON.stringify(key)}: ${printLines(value, indent, style)}`;
  // A comment behind the brace stays there.
  const note = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*(?=\r?\n))/.exec(
    inside,
  )?.[0];
  const close = /\n/.test(inside) ? "" : `${style.eol}${own}`;
  const at = start + (note ?? "").length;
  return spliced(text, at, 0, `${style.eol}${indent}${lines}${comma}${close}`);
}

/** Gives a value of an object another one, on one line or on several as it was. Pure. */
export function replaceValue(text: string, node: Node, value: unknown): string {
  const style = styleOf(text);
  const isOnLines = text.slice(node.offset, node.offset + node.length).includes("\n");
  const printed = isOnLines
    ? printLines(value, indentAt(text, node.offset), style)
    : printValue(value, style);
  return spliced(text, node.offset, node.length, printed);
}

/** Takes a property out, with its comma. Comments around it stay, and no other byte changes. Pure. */
export function removeProperty(text: string, property: Node): string {
  const end = property.offset + property.length;
  const siblings = property.parent?.children ?? [];
  const before = siblings[siblings.indexOf(property) - 1];
  const next = tokenFrom(text, end);
  const isFollowed = text[next] === ",";
  // A comment may stand in front of the comma.
  const isNear = isFollowed && text.slice(end, next).trim() === "";
  const bare = isFollowed && !isNear ? spliced(text, next, 1, "") : text;
  const cut = lineAround(bare, property.offset, isNear ? next + 1 : end);
  const after = spliced(bare, cut.start, cut.end - cut.start, "");
  // The last property has its comma in front of it.
  if (isFollowed || before === undefined) return after;
  return spliced(after, tokenFrom(text, before.offset + before.length), 1, "");
}

/** The whole lines of a part where they have nothing else; else the part and the spaces behind it. */
function lineAround(text: string, start: number, end: number) {
  const head = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start))?.[1];
  const tail = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end))?.[0];
  if (head !== undefined && tail !== undefined)
    return { start: start - head.length, end: end + tail.length };
  const gap = /^[ \t]*/.exec(text.slice(end))?.[0] ?? "";
  return { start, end: end + gap.length };
}

/** The place of the next token that is neither space nor a comment. */
function tokenFrom(text: string, offset: number): number {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  return scanner.getTokenOffset();
}

/** True for the object of a whole text. */
function isAlone(text: string, { offset, length }: Node): boolean {
  return text.trim() === text.slice(offset, offset + length);
}

function styleOf(text: string): JsonStyle {
  return {
    eol: text.includes("\r\n") ? "\r\n" : "\n",
    indent: /^([ \t]+)["}]/m.exec(text)?.[1] ?? "  ",
    isSpaced: !/":\S/.test(text),
  };
}

/** The spaces at the start of the line of this place. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

function printLines(value: unknown, indent: string, style: JsonStyle): string {
  return JSON.stringify(value, undefined, style.indent).replaceAll("\n", `${style.eol}${indent}`);
}

function printProperty(key: string, value: unknown, style: JsonStyle): string {
  return `${JSON.stringify(key)}:${style.isSpaced ? " " : ""}${printValue(value, style)}`;
}

function printValue(value: unknown, style: JsonStyle): string {
  const gap = style.isSpaced ? " " : "";
  if (Array.isArray(value))
    return `[${value.map((one: unknown) => printValue(one, style)).join(`,${gap}`)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, one]) => printProperty(key, one, style));
  return `{${entries.join(`,${gap}`)}}`;
}

function spliced(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}
