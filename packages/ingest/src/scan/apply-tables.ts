import { writePageText } from "@ktx/wiki";
import { makeApplyId } from "../apply/apply-record.ts";
import { commitApply } from "../apply/commit-apply.ts";
import { writeLedger } from "../apply/ledger.ts";
import { isPageName } from "../apply/page-name-schema.ts";
import type { PageChange } from "../apply/plan-apply.ts";
import { foldersOf } from "../apply/project-folders.ts";
import { type Proposal, proposalFile, readProposals } from "../apply/proposals.ts";
import { readWiki } from "../apply/read-wiki.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import { isSameText, keepForm } from "../apply/text-form.ts";
import { type CheckedJoin, type TableDescription, writeTableBody } from "./describe-table.ts";
import { describeDatabase, ownersOf, placeTable, summarise } from "./place-tables.ts";
import type { Table } from "./table.ts";

export interface ScannedTable {
  /** Its page, where no other database has it. */
  readonly name: string;
  readonly table: Table;
  readonly description: TableDescription;
  readonly kept: readonly CheckedJoin[];
}

export interface AppliedTables {
  readonly written: readonly string[];
  readonly proposed: readonly string[];
  /** Pages of tables that the database has no more. */
  readonly removed: readonly string[];
  /** Names that no page can have. Nothing is written of them. */
  readonly refused: readonly string[];
}

function saysSame(base: string | undefined, after: string): boolean {
  const day = /^updated: .*$/m;
  return base?.replace(day, "") === after.replace(day, "");
}

/**
 * Writes the pages of one database in one step, and removes those of its tables that are gone. A page that a person wrote
 * or edited has a proposal instead. A page of another database stays, and the table has one in a folder of its own.
 */
export async function applyTables({
  projectDir,
  file,
  pages,
  present,
  updated,
}: {
  readonly projectDir: string;
  readonly file: string;
  readonly pages: readonly ScannedTable[];
  /** The pages of all tables that the database has; undefined where it may have more, so that none is gone. */
  readonly present: readonly string[] | undefined;
  readonly updated: string;
}): Promise<AppliedTables> {
  const folders = foldersOf(projectDir);
  const files = await readWiki(folders.wiki);
  const { texts, blocked } = files;
  const ledger = await recallLedger(folders, files);
  const bases = new Map(Object.entries(ledger.bases));
  const waiting = new Map(
    [...(await readProposals(folders.proposals)).values()].flatMap((one) =>
      one.kind === "page" && one.base !== undefined ? [[one.page, one.base] as const] : [],
    ),
  );
  const database = describeDatabase(projectDir, file);
  const owners = new Map(ownersOf(ledger, database));
  const placeOf = (page: string): string => placeTable(page, database, owners, ledger.bases);
  const changes: PageChange[] = [];
  const proposals: Proposal[] = [];
  const refused = pages.map(({ name }) => name).filter((name) => !isPageName(name));
  const there = new Set(present?.map(placeOf));
  for (const { name: page, table, description, kept } of pages) {
    if (!isPageName(page)) continue;
    const name = placeOf(page);
    owners.set(name, database.id);
    const current = texts.get(name);
    const base = bases.get(name);
    const after = writePageText(
      {
        name,
        folder: "wiki",
        title: table.name.trim() === "" ? "Unnamed table" : table.name,
        summary: summarise(table.name, database),
        tags: ["table"],
        updated,
        body: writeTableBody(table, description, kept),
        citations: [],
      },
      undefined,
    );
    // A page that says what it said keeps its day.
    if (saysSame(base, after)) continue;
    const isOurs = isSameText(current, base) && !blocked.has(name);
    bases.set(name, after);
    if (isOurs) changes.push({ page: name, before: current, after: keepForm(after, current) });
    else {
      const reason = blocked.get(name) ?? "A person wrote or edited this page.";
      // A text that waits was merged from the one that the person began with.
      const begun = waiting.get(name) ?? base ?? "";
      const text = { text: after, base: begun, hasConflicts: false };
      proposals.push({ kind: "page", page: name, reason, ...text });
    }
  }
  const removed: string[] = [];
  const gone = [...owners].filter(([page, id]) => id === database.id && !there.has(page));
  for (const [page] of present === undefined ? [] : gone) {
    const current = texts.get(page);
    // A page that a person keeps is of no database from now on.
    owners.set(page, "");
    if (isSameText(current, bases.get(page)) && !blocked.has(page)) {
      bases.delete(page);
      owners.delete(page);
      if (current === undefined) continue;
      removed.push(page);
      changes.push({ page, before: current, after: undefined });
    } else if (current !== undefined) {
      const reason = blocked.get(page) ?? "A person edited this page.";
      const said = `${reason} Its table is gone from the database.`;
      proposals.push({ kind: "page", page, reason: said, hasConflicts: false });
    } else {
      bases.delete(page);
      owners.delete(page);
    }
  }
  const tables = Object.fromEntries(owners);
  const next = writeLedger({ ...ledger, bases: Object.fromEntries(bases), tables });
  const before = writeLedger(ledger);
  if (changes.length + proposals.length === 0 && next === before)
    return { written: [], proposed: [], removed: [], refused };
  const { passed } = await commitApply({
    folders,
    id: await makeApplyId(folders, Date.now()),
    changes,
    ledgerBefore: before,
    ledger: next,
    proposals: proposals.map(proposalFile),
    settled: [],
  });
  return {
    written: changes.flatMap(({ page, after }) =>
      after === undefined || passed.includes(page) ? [] : [page],
    ),
    proposed: [...proposals.flatMap((one) => (one.kind === "page" ? [one.page] : [])), ...passed],
    removed: removed.filter((page) => !passed.includes(page)),
    refused,
  };
}
