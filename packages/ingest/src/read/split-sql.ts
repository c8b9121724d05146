import { createHead, sqlName } from "./create-head.ts";
import { opaqueAt, type SqlRules } from "./sql-quotes.ts";

export interface SqlStatement {
  readonly text: string;
  /** Of its first character that is neither white space nor comment; from 1. */
  readonly line: number;
}

/** Lines of the tools that run scripts: they end a batch (`go`, `/`), or are no SQL. */
const batchEnd = /(?:go(?:[ \t]+\d+)?|\/)[ \t]*(?=\n|$)/iy;
const toolLine = /(?:\\|(?:rem|remark|prompt)[ \t])[^\n]*/iy;
const delimiterLine = /delimiter[ \t]+(\S{1,16})[^\n]*/iy;

/** A table is created here, whether or not the statement before has ended. */
const tableAtLineStart = new RegExp(
  String.raw`${createHead}(?=["'\x60[#(\p{L}_])(?!to\b|with\b)`,
  "iuy",
);
const tableWithList = new RegExp(
  String.raw`${createHead}(?:${sqlName})(?:\s*\.\s*(?:${sqlName})){0,3}\s*\(`,
  "iuy",
);

const copy = /^copy\s[^]{1,9999}?\sfrom\s+stdin\b/i;
const endOfData = /^\\\.[ \t]*$/gm;
/** Words that begin a statement of Postgres which a dump or a hand may put behind `copy`. */
const firstWords =
  "alter|analyze|begin|call|cluster|comment|commit|copy|create|delete|do|drop|end|grant|insert|lock|merge|refresh|reindex|reset|revoke|rollback|security|select|set|show|start|truncate|update|vacuum|with";

/** A line behind `copy` that is data: a script from which the data was taken goes on with a statement or a comment. */
const dataLine = new RegExp(
  String.raw`;?[ \t]*\n(?![ \t]*(?:\n|--|/\*|\\|$(?![^])|(?:${firstWords})(?:[ \n;(]|$(?![^]))))`,
  "iy",
);

/** The statements of a script of any dialect, without comments before them. Pure, and total over any text. */
export function splitSql(text: string, rules: SqlRules): readonly SqlStatement[] {
  const statements: SqlStatement[] = [];
  let line = 1;
  let at = 0;
  /** Nothing but white space and comments is before this place in its line. */
  let isLineStart = true;
  let delimiter = ";";
  let hasData = true;
  let start: { readonly line: number; readonly at: number } | undefined;
  const goTo = (end: number): void => {
    for (; at < end; at += 1) if (text.charCodeAt(at) === 10) line += 1;
  };
  const skip = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = matchAt(pattern, text, at);
    if (found !== undefined) goTo(at + found[0].length);
    return found;
  };
  const finish = (): void => {
    if (start === undefined) return;
    const statement = { line: start.line, text: text.slice(start.at, at) };
    statements.push(statement);
    start = undefined;
    if (hasData && copy.test(statement.text)) {
      endOfData.lastIndex = at;
      hasData = endOfData.test(text);
      if (hasData) goTo(endOfData.lastIndex);
      // A script that was cut off ends in its data.
      else if (matchAt(dataLine, text, at) !== undefined) goTo(text.length);
    }
  };
  /** @returns true where the line is no part of a statement. */
  const skipLine = (): boolean => {
    if (matchAt(batchEnd, text, at) !== undefined) {
      finish();
      return skip(batchEnd) !== undefined;
    }
    if (rules.dialect === "mysql" && matchAt(delimiterLine, text, at) !== undefined) {
      finish();
      delimiter = skip(delimiterLine)?.[1] ?? delimiter;
      return true;
    }
    return start === undefined && skip(toolLine) !== undefined;
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (character.trim() === "") {
      isLineStart ||= character === "\n";
      goTo(at + 1);
      continue;
    }
    if (isLineStart && skipLine()) continue;
    const opaque = opaqueAt(text, at, rules);
    if (opaque?.isComment === true) {
      goTo(opaque.end);
      continue;
    }
    if (character === ";" || text.startsWith(delimiter, at)) {
      const length = text.startsWith(delimiter, at) ? delimiter.length : 1;
      const before = at;
      finish();
      if (at === before) goTo(at + length);
      isLineStart = false;
      continue;
    }
    if (start !== undefined && opaque === undefined && createsTable(text, at, isLineStart))
      finish();
    start ??= { line, at };
    isLineStart = false;
    goTo(opaque?.end ?? at + 1);
  }
  finish();
  return statements;
}

function createsTable(text: string, at: number, isLineStart: boolean): boolean {
  if (!/[cC]/.test(text.charAt(at)) || /[\p{L}\p{N}_$@#]/u.test(text.charAt(at - 1))) return false;
  return matchAt(isLineStart ? tableAtLineStart : tableWithList, text, at) !== undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
