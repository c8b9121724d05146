import { decodeText, type OutlineEntry, type SourceReader, toLines } from "./source-text.ts";

/** The lines as they are. The outline is the statements. */
export const sqlReader: SourceReader = {
  kind: "sql",
  content: "text",
  version: 1,
  read: (bytes) => {
    const text = decodeText(bytes);
    return { lines: toLines(text), outline: outlineSql(text.replaceAll(/\r\n?/g, "\n")) };
  },
};

/** Text in which a `;` ends nothing: quoted texts and names, dollar-quoted bodies, comments. */
const opaque =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|(\$\w*\$)[\s\S]*?(?:\1|$)/y;

export interface SqlStatement {
  readonly text: string;
  /** Of its first character that is neither white space nor comment; from 1. */
  readonly line: number;
}

/** The statements of a script, without comments before them. Pure, and total over any text. */
export function splitSql(text: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = [];
  let line = 1;
  let start: { readonly line: number; readonly at: number } | undefined;
  const countLines = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) if (text[at] === "\n") line += 1;
  };
  const finish = (end: number): void => {
    if (start === undefined) return;
    statements.push({ line: start.line, text: text.slice(start.at, end) });
    start = undefined;
  };
  for (let at = 0; at < text.length;) {
    opaque.lastIndex = at;
    const skipped = opaque.exec(text)?.[0];
    if (skipped !== undefined && skipped !== "") {
      const isComment = skipped.startsWith("--") || skipped.startsWith("/*");
      if (!isComment) start ??= { line, at };
      countLines(at, at + skipped.length);
      at += skipped.length;
      continue;
    }
    const character = text[at] ?? "";
    if (character === ";") finish(at);
    else if (character === "\n") line += 1;
    else if (character.trim() !== "") start ??= { line, at };
    at += 1;
  }
  finish(text.length);
  return statements;
}

function outlineSql(text: string): OutlineEntry[] {
  return splitSql(text).map(({ line, text: statement }) => ({
    line,
    level: 1,
    title: statement.replaceAll(/\s+/g, " ").trim().slice(0, 80),
  }));
}
