import { createHead, sqlName } from "../read/create-head.ts";
import { opaqueAt, type SqlRules } from "../read/sql-quotes.ts";
import type { TableColumn } from "./table.ts";

/** A statement that creates a table, as far as it is known without its columns. */
export interface TableStatement {
  /** The name without its schema; empty where it has none that can be read. */
  readonly name: string;
  /** The same as it is written, with its quotes. */
  readonly written: string;
  /** The name with its schema. */
  readonly fullName: string;
  readonly kind: "table" | "partition" | "view" | "virtual" | "temporary";
  /** True for `create table` without another word, such as `temporary`. */
  readonly isPlain: boolean;
  /** True for `if not exists`. */
  readonly isOptional: boolean;
  /** The text behind the name. */
  readonly rest: string;
}

const create = new RegExp(
  String.raw`^${createHead}((?:${sqlName})(?:\s*\.\s*(?:${sqlName}))*)?`,
  "iu",
);

const onCluster = new RegExp(String.raw`^\s+on\s+cluster\s+(?:${sqlName}|\{\w+\})`, "iu");

/** The head of a statement that creates a table or a view, in the dialect of any database; undefined for another. Pure. */
export function readCreateStatement(statement: string): TableStatement | undefined {
  const found = create.exec(statement);
  if (found === null) return undefined;
  const [head, kind = "", qualified = ""] = found;
  // ClickHouse may name a cluster before the columns.
  const rest = statement.slice(head.length).replace(onCluster, "");
  const written = [...qualified.matchAll(new RegExp(sqlName, "gu"))].map(([part]) => part);
  const parts = written.map(plain);
  return {
    name: parts.at(-1) ?? "",
    written: written.at(-1) ?? "",
    fullName: parts.join("."),
    kind: kindOf(kind, head, rest),
    isPlain: /^create\s+table\b/i.test(head),
    isOptional: /\sif\s+not\s+exists\b/i.test(head),
    rest,
  };
}

function kindOf(word: string, head: string, rest: string): TableStatement["kind"] {
  if (word.toLowerCase() === "view") return "view";
  if (/\svirtual\s+table\b/i.test(head)) return "virtual";
  // SQL Server drops it at the end of the session.
  if (rest.startsWith("#")) return "temporary";
  return /^\s+partition\s+of\b/i.test(rest) ? "partition" : "table";
}

/** Columns as a statement of any dialect lists them; undefined where it has no list that ends. Pure. */
export function readColumns(
  { rest }: TableStatement,
  rules: SqlRules,
): readonly TableColumn[] | undefined {
  const parts = splitList(rest, rules);
  const columns = parts
    ?.filter((part) => !constraint.test(part))
    .flatMap((part) => readColumn(part, rules));
  return columns === undefined || columns.length === 0 ? undefined : columns;
}

/** Not a column. A list of digits or of texts belongs to a type, as in columns `key varchar(20)` and `key enum('a')`. */
const constraint = new RegExp(
  [
    String.raw`^(?:constraint\s|primary\s+key\b|foreign\s+key\b|check\s*\(|unique\s*\(`,
    String.raw`unique\s+(?:key|index|nulls|clustered|nonclustered)\b|exclude\s*(?:using\b|\()|period\s+for\b`,
    String.raw`(?:(?:fulltext|spatial)(?:\s+(?:key|index))?|key|index)\s*(?:(?<=\s)(?:${sqlName}))?\s*(?:using\s+\w+\s*)?\((?!\s*[\d')])`,
    String.raw`index\s+(?:${sqlName})\s+(?:unique|clustered|nonclustered|[^()]+\s+type)\b)`,
  ].join("|"),
  "iu",
);

/** In a list, the columns of another table. As a column, it has a type that each database knows. */
const like =
  /^like\s+(?!(?:(?:big|small|tiny)?int|integer|text|(?:var)?char|boolean|numeric|real|float|double|date|timestamp|jsonb?)\b)/i;

/** True where the list has the columns of another table, such as `(like users)`. Pure. */
export function copiesColumns({ rest }: TableStatement, rules: SqlRules): boolean {
  return splitList(rest, rules)?.some((part) => like.test(part)) ?? false;
}

/** Words behind the type of a column. */
const behindType =
  /^(?:default|not|null|primary|unique|references|check|constraint|generated|collate|comment|auto_?increment|identity|as|encode|storage|compression|options|on|charset)$/i;

function readColumn(part: string, rules: SqlRules): readonly TableColumn[] {
  const name = new RegExp(`^(?:${sqlName})`, "u").exec(part)?.[0];
  if (name === undefined) return [];
  const rest = part.slice(name.length).replace(/\bcharacter\s+set\b[^]*/i, "");
  const words = [...tokensOf(rest, rules)];
  const end = words.findIndex(({ word, depth }) => depth === 0 && behindType.test(word));
  const type = words.slice(0, end === -1 ? words.length : end).map(({ word }) => word);
  return [{ name: plain(name), type: type.join("").trim().replaceAll(/\s+/g, " ") }];
}

/** The parts of the first list in parentheses; undefined where it does not begin the text, or does not end. */
function splitList(text: string, rules: SqlRules): readonly string[] | undefined {
  const parts: string[] = [];
  let part = "";
  let isOpen = false;
  for (const { word, depth } of tokensOf(text, rules)) {
    if (!isOpen && word.trim() !== "" && word !== "(") return undefined;
    if (depth === 0 && word === ")") return [...parts, part.trim()].filter((one) => one !== "");
    if (depth === 1 && word === ",") {
      parts.push(part.trim());
      part = "";
    } else if (isOpen) part += word;
    isOpen ||= word === "(";
  }
  return undefined;
}

interface Token {
  /** A comment is a space. */
  readonly word: string;
  /** The number of open brackets behind it. */
  readonly depth: number;
}

function* tokensOf(text: string, rules: SqlRules): Generator<Token> {
  const open: string[] = [];
  let before = "";
  for (const word of wordsOf(text, rules)) {
    // Elsewhere, these signs compare.
    const isList = word === "<" && /^(?:array|struct|map)$/i.test(before);
    if (word === "(" || isList) open.push(word === "(" ? ")" : ">");
    else if (word === open.at(-1)) open.pop();
    if (word !== " ") before = word;
    yield { word, depth: open.length };
  }
}

const plainWord = /\s+|[\p{L}\p{N}_]+|[^]/uy;

function* wordsOf(text: string, rules: SqlRules): Generator<string> {
  for (let at = 0; at < text.length;) {
    const opaque = opaqueAt(text, at, rules);
    plainWord.lastIndex = at;
    const word =
      opaque === undefined ? (plainWord.exec(text)?.[0] ?? "") : text.slice(at, opaque.end);
    yield opaque?.isComment === true || word.trim() === "" ? " " : word;
    at = opaque?.end ?? at + word.length;
  }
}

function plain(name: string): string {
  if (/^[`[]/.test(name)) return name.slice(1, -1);
  const [quote = ""] = /^["']/.exec(name) ?? [];
  return quote === "" ? name : name.slice(1, -1).replaceAll(quote + quote, quote);
}
