import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { parsePage } from "@ktx/wiki";
import type { Ledger } from "../apply/ledger.ts";

/** The database of a scan, as its pages name it. */
export interface ScannedDatabase {
  /** The same on each machine for a file of the project: its path. For another file, a hash of its place. */
  readonly id: string;
  /** For a folder of its own, such as `shop`. */
  readonly name: string;
  /** For the summaries of its pages, such as ` of data/shop.db`; empty for a file outside of the project. */
  readonly label: string;
}

export function describeDatabase(projectDir: string, file: string): ScannedDatabase {
  const place = resolve(projectDir, file);
  const inside = relative(projectDir, place).split(sep).join("/");
  const isOutside = inside.startsWith("..") || isAbsolute(inside);
  const name = (place.split(sep).at(-1) ?? "")
    .toLowerCase()
    .replace(/\.[a-z0-9]+$/, "")
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  return {
    id: isOutside ? `outside ${hashOf(place)}` : inside,
    name: name === "" ? "database" : name,
    label: isOutside ? "" : ` of ${inside}`,
  };
}

/** The summary of the page of a table. */
export function summarise(table: string, { label }: ScannedDatabase): string {
  return `The table ${table}${label}.`.slice(0, 200);
}

/** The pages of tables that earlier scans wrote, by the ids of their databases; those of earlier versions of ktx, too. */
export function ownersOf(
  { tables, bases }: Pick<Ledger, "tables" | "bases">,
  database: ScannedDatabase,
): ReadonlyMap<string, string> {
  const owners = new Map(Object.entries(tables));
  for (const [page, text] of Object.entries(bases)) {
    if (owners.has(page) || !page.startsWith(folder)) continue;
    const { title, summary } = parsePage(page, text, "wiki");
    if (summary === summarise(title, database)) owners.set(page, database.id);
  }
  return owners;
}

/**
 * The page of a table: `tables/users.md`. Where another database has this page, one below the name of the database, such
 * as `tables/shop/users.md`. A page that the database has keeps its name. Pure.
 */
export function placeTable(
  page: string,
  { id, name }: ScannedDatabase,
  owners: ReadonlyMap<string, string>,
  bases: Ledger["bases"],
): string {
  const below = (own: string): string => page.replace(folder, `${folder}${own}/`);
  const places = [page, below(name), below(`${name}-${hashOf(id)}`)];
  return (
    places.find((place) => owners.get(place) === id) ??
    places.find((place) => (owners.get(place) ?? bases[place] ?? "") === "") ??
    places.at(-1) ??
    page
  );
}

const folder = "tables/";

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
