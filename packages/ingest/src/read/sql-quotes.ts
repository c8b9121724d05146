import { dialectOf, type SqlDialect } from "./sql-dialect.ts";

export interface SqlRules {
  readonly dialect: SqlDialect;
  /** True where a comment may have a comment inside. */
  readonly isNested: boolean;
}

/** The rules that decide where a text, a name or a comment of a script ends. Pure. */
export function sqlRulesOf(text: string): SqlRules {
  const dialect = dialectOf(text);
  const isNested =
    dialect === "postgresql" ||
    dialect === "tsql" ||
    (dialect === "other" && text.split("/*").length === text.split("*/").length);
  return { dialect, isNested };
}

/** Text in which nothing is a statement. */
export interface Opaque {
  /** Behind its last character; the end of the script where it is not closed. */
  readonly end: number;
  readonly isComment: boolean;
}

/** The quoted text, quoted name, dollar-quoted body or comment that begins at a place; undefined where none does. Pure. */
export function opaqueAt(text: string, at: number, rules: SqlRules): Opaque | undefined {
  const { dialect } = rules;
  const isMysql = dialect === "mysql";
  switch (text[at]) {
    case "-":
      return text[at + 1] === "-" ? comment(behind(text, "\n", at) - 1) : undefined;
    case "#":
      return isMysql ? comment(behind(text, "\n", at) - 1) : undefined;
    case "/":
      return text[at + 1] === "*" ? comment(endOfComment(text, at, rules)) : undefined;
    case "'":
      return quoted(endOfText(text, at, isMysql));
    case '"':
      return quoted(endOfQuotes(text, at, isMysql));
    case "`":
      return quoted(behind(text, "`", at + 1));
    case "$":
      return dollarQuoted(text, at, dialect);
    case "[":
      return dialect === "tsql" || dialect === "sqlite" ? bracketed(text, at) : undefined;
    default:
      return undefined;
  }
}

const comment = (end: number): Opaque => ({ end, isComment: true });
const quoted = (end: number): Opaque => ({ end, isComment: false });

/** The place behind the next such text, or one behind the end. */
function behind(text: string, closing: string, from: number): number {
  const at = text.indexOf(closing, from);
  return at === -1 ? text.length + (closing === "\n" ? 1 : 0) : at + closing.length;
}

/** MySQL runs what stands in a comment such as an `/*!50503` one. */
const executed = /\/\*!\d*\s*(?=create\s)/iy;
const edge = /\/\*|\*\//g;

function endOfComment(text: string, at: number, { isNested }: SqlRules): number {
  executed.lastIndex = at;
  const opening = executed.exec(text)?.[0];
  if (opening !== undefined) return at + opening.length;
  if (!isNested) return behind(text, "*/", at + 2);
  let depth = 1;
  edge.lastIndex = at + 2;
  for (let found = edge.exec(text); found !== null; found = edge.exec(text)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return text.length;
}

/** Of `'…'`, of `E'…'`, whose backslashes escape, and of `q'[…]'`. */
function endOfText(text: string, at: number, hasEscapes: boolean): number {
  const prefix = /(?<![\p{L}\p{N}_$])(?:e|n?q)$/iu.exec(text.slice(Math.max(0, at - 3), at))?.[0];
  const opening = text[at + 1] ?? "";
  if (prefix !== undefined && /q$/i.test(prefix) && /[^\s']/.test(opening))
    return behind(text, `${closings[opening] ?? opening}'`, at + 2);
  return endOfQuotes(text, at, hasEscapes || prefix?.toLowerCase() === "e");
}

const closings: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}", "<": ">" };

function endOfQuotes(text: string, from: number, hasEscapes: boolean): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\" && hasEscapes) at += 1;
    else if (character === quote && text[at + 1] === quote) at += 1;
    else if (character === quote) return at + 1;
  }
  return text.length;
}

const dollar = /(?<![\p{L}\p{N}_$])\$\w*\$/uy;

function dollarQuoted(text: string, at: number, dialect: SqlDialect): Opaque | undefined {
  if (dialect !== "postgresql" && dialect !== "other") return undefined;
  dollar.lastIndex = at;
  const tag = dollar.exec(text)?.[0];
  return tag === undefined ? undefined : quoted(behind(text, tag, at + tag.length));
}

const bracket = /\[(?:[^\]\n]|\]\])*\]/y;

function bracketed(text: string, at: number): Opaque | undefined {
  bracket.lastIndex = at;
  const name = bracket.exec(text)?.[0];
  return name === undefined ? undefined : quoted(at + name.length);
}
