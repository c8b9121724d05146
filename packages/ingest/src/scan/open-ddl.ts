import { loadSqlite } from "@ktx/sqlite";
import { compareNames } from "../page/wiki-page.ts";
import { decodeText, toLines } from "../read/source-text.ts";
import { sqlRulesOf } from "../read/sql-quotes.ts";
import { splitSql } from "../read/split-sql.ts";
import { quoteName, readTables, viewReason } from "./describe-sqlite.ts";
import { findCreates } from "./find-creates.ts";
import {
  copiesColumns,
  readColumns,
  readCreateStatement,
  type TableStatement,
} from "./read-create-table.ts";
import type { Database, Skipped, Table } from "./table.ts";

/**
 * The tables of a script with DDL. SQLite itself reads a statement, whatever the types of its columns; of one in another
 * dialect, such as with `default now()`, the names and types of the columns are read.
 */
export function openDdl(content: Uint8Array): Database {
  const { DatabaseSync: Sqlite } = loadSqlite();
  const script = toLines(decodeText(content)).join("\n");
  const rules = sqlRulesOf(script);
  using sqlite = new Sqlite(":memory:", { enableForeignKeyConstraints: false });
  const tables: Table[] = [];
  /** The text behind each full name. */
  const listed = new Map<string, string>();
  const names = new Set<string>();
  const skipped: Skipped[] = [];
  const unread: (Skipped & { readonly line: number })[] = [];
  /** @returns the tables, or why SQLite does not read the statement. */
  const execute = ({ written, rest }: TableStatement): readonly Table[] | string => {
    // A backslash is no escape to SQLite.
    if (rules.dialect === "mysql" && rest.includes("\\")) return listsNone;
    if (!startsList.test(rest)) return listsNone;
    try {
      // SQLite compiles one statement, and none behind it, wherever it sees the end: what it reads creates a table from
      // a list, which runs nothing of the script.
      sqlite.prepare(`CREATE TABLE ${written}${rest}`).run();
      const made = readTables(sqlite).tables;
      // SQLite looks through all tables for each that it creates.
      for (const one of made) sqlite.exec(`DROP TABLE ${quoteName(one.name)}`);
      return made;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  /** @returns why the table cannot be read. */
  const accept = (statement: TableStatement, text: string): string | undefined => {
    const { name, fullName } = statement;
    if (name === "") return "The table has no name that can be read.";
    const before = listed.get(fullName.toLowerCase());
    if (before !== undefined)
      return statement.isOptional && statement.rest === before ? undefined : isThere;
    if (copiesColumns(statement, rules)) return listsNone;
    // Two schemas may have a table of one name.
    const free = names.has(name.toLowerCase()) ? fullName : name;
    const made = statement.isPlain && free === name ? execute(statement) : listsNone;
    const columns = typeof made === "string" ? readColumns(statement, rules) : [];
    if (typeof made !== "string") tables.push(...made);
    else if (columns === undefined) return made;
    else tables.push({ name: free, columns, details: text.trim() });
    listed.set(fullName.toLowerCase(), statement.rest);
    names.add(free.toLowerCase());
    return undefined;
  };
  const begun = new Set<number>();
  for (const { text, line } of splitSql(script, rules)) {
    const statement = readCreateStatement(text);
    if (statement === undefined) continue;
    begun.add(line);
    const { name, kind } = statement;
    if (kind !== "table") {
      skipped.push({ path: placeOf(name, line), reason: otherReasons[kind] });
      continue;
    }
    const reason = accept(statement, text);
    if (reason !== undefined) unread.push({ path: placeOf(name, line), reason, line });
  }
  for (const { name, line } of findCreates(script, rules))
    if (!begun.has(line)) unread.push({ path: placeOf(name, line), reason: isInside, line });
  return {
    tables: tables.toSorted((a, b) => compareNames(a.name, b.name)),
    skipped,
    unread: unread
      .toSorted((a, b) => a.line - b.line)
      .map(({ path, reason }) => ({ path, reason })),
    isPartial: unread.length > 0,
    check: () => "no-data",
    [Symbol.dispose]: () => {},
  };
}

function placeOf(name: string, line: number): string {
  return name === "" ? `line ${line}` : `${name} (line ${line})`;
}

const isInside = "The line is inside of a quoted text or of another statement.";

const isThere = "The script creates a table of this name before.";
const listsNone = "The statement lists no columns.";

/** The list of columns, behind white space and comments. `AS SELECT …` would run a query. */
const startsList = /^(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*\(/;

/** Why an entry of a script that is no table of its own is skipped. */
const otherReasons: Readonly<Record<Exclude<TableStatement["kind"], "table">, string>> = {
  view: viewReason,
  partition: "It is a partition. A scan describes the table that it is a part of.",
  virtual: "It is a virtual table. Scan the database itself, whose module knows its columns.",
  temporary: "It is a temporary table. It is no part of the database.",
};
