import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { posix } from "node:path";
import { boundRepeats } from "./bound-repeats.ts";
import type { PageLink } from "./scan-links.ts";
import { spaceIdeographs } from "./search-words.ts";
import type { WikiPage } from "./wiki-page.ts";

/** A new number makes every index again. */
export const indexVersion: number = 5;

export const indexSchema: string = `
CREATE TABLE page(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, stamp TEXT NOT NULL, hash TEXT NOT NULL, title TEXT NOT NULL,
  summary TEXT NOT NULL, tags TEXT NOT NULL, updated TEXT, changed REAL NOT NULL) STRICT;
CREATE VIRTUAL TABLE words USING fts5(title, headings, tags, summary, body, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');
CREATE TABLE link(page INTEGER NOT NULL, key TEXT NOT NULL) STRICT;
CREATE INDEX link_key ON link(key);
CREATE INDEX link_page ON link(page);
CREATE TABLE citation(page INTEGER NOT NULL, source TEXT NOT NULL) STRICT;
CREATE INDEX citation_source ON citation(source);
CREATE INDEX citation_page ON citation(page);
PRAGMA user_version = ${indexVersion};`;

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The index of the pages. It holds nothing that the files do not. */
export interface WikiIndex extends Disposable {
  readonly database: DatabaseSync;
  readonly stamps: () => ReadonlyMap<string, string>;
  readonly put: (page: WikiPage, stamp: string, changedMs: number) => void;
  readonly remove: (name: string) => void;
  /** Makes all of the work's changes, or none. */
  readonly together: (work: () => void) => void;
}

/**
 * The index of a wiki in a database that `openIndexFile` has opened. The statements stay prepared until it is closed.
 */
export function openWikiIndex(database: DatabaseSync): WikiIndex {
  const idOf = database.prepare("SELECT id FROM page WHERE name = ?");
  const removals = [
    "DELETE FROM words WHERE rowid = ?",
    "DELETE FROM link WHERE page = ?",
    "DELETE FROM citation WHERE page = ?",
    "DELETE FROM page WHERE id = ?",
  ].map((sql) => database.prepare(sql));
  const putPage = database.prepare(
    "INSERT INTO page(name, stamp, hash, title, summary, tags, updated, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const putWords = database.prepare(
    "INSERT INTO words(rowid, title, headings, tags, summary, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const putLink = database.prepare("INSERT INTO link(page, key) VALUES (?, ?)");
  const putCitation = database.prepare("INSERT INTO citation(page, source) VALUES (?, ?)");
  const remove = (name: string): void => {
    const id = idOf.get(name)?.["id"];
    if (id !== undefined) for (const removal of removals) removal.run(id);
  };
  return {
    database,
    stamps: () =>
      new Map(
        database
          .prepare("SELECT name, stamp FROM page")
          .all()
          .map((row) => [textOf(row, "name"), textOf(row, "stamp")]),
      ),
    put: (page, stamp, changedMs) => {
      remove(page.name);
      const { name, hash, title, summary, tags, updated } = page;
      const time = updated === undefined ? Number.NaN : Date.parse(updated);
      const { lastInsertRowid: id } = putPage.run(
        name,
        stamp,
        hash,
        title,
        summary,
        JSON.stringify(tags),
        updated ?? null,
        Number.isNaN(time) ? changedMs : time,
      );
      const named = [
        title,
        ...page.aliases,
        posix.basename(name, ".md").replaceAll(/[-_]/g, " "),
      ].join("\n");
      const headings = page.headings.map(({ text }) => text).join("\n");
      putWords.run(
        id,
        ...[named, headings, tags.join(" "), summary, page.plainText].map((text) =>
          spaceIdeographs(boundRepeats(text)),
        ),
      );
      const others = page.links.filter(({ target }) => target !== "");
      for (const key of new Set(others.map((link) => linkKey(link, name)))) putLink.run(id, key);
      for (const source of new Set(page.citations.map((citation) => citation.source)))
        putCitation.run(id, source);
    },
    remove,
    together: (work) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        work();
        database.exec("COMMIT");
      } catch (error) {
        // SQLite has taken some failures back itself.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    [Symbol.dispose]: () => database.close(),
  };
}

/** The key under which a link's page is found: a path, or the words of a wiki link. */
function linkKey({ kind, target }: PageLink, from: string): string {
  if (kind === "wiki") return `wiki:${target.replace(/\.md$/i, "").toLowerCase()}`;
  return `path:${posix.join(posix.dirname(from), target)}`;
}

/** All keys under which a page is linked to. */
export function keysOfPage(
  name: string,
  title: string,
  aliases: readonly string[] = [],
): readonly string[] {
  const path = name.replace(/\.md$/i, "");
  const words = [path, posix.basename(path), title, ...aliases].map(
    (text) => `wiki:${text.toLowerCase()}`,
  );
  return [...new Set([`path:${name}`, ...words])];
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : "";
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : Number(value ?? 0);
}
