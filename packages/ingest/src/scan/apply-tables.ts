import { isAbsolute, relative, resolve, sep } from "node:path";
import { writePageText } from "@ktx/wiki";
import { makeApplyId } from "../apply/apply-record.ts";
import { commitApply } from "../apply/commit-apply.ts";
import { writeLedger } from "../apply/ledger.ts";
import { isPageName } from "../apply/page-name-schema.ts";
import { foldersOf } from "../apply/project-folders.ts";
import { type Proposal, proposalFile, readProposals } from "../apply/proposals.ts";
import { readWiki } from "../apply/read-wiki.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import { type CheckedJoin, type TableDescription, writeTableBody } from "./describe-table.ts";
import type { Table } from "./table.ts";

export interface ScannedTable {
  readonly name: string;
  readonly table: Table;
  readonly description: TableDescription;
  readonly kept: readonly CheckedJoin[];
}

export interface AppliedTables {
  readonly written: readonly string[];
  readonly proposed: readonly string[];
  /** Names that no page can have. Nothing is written of them. */
  readonly refused: readonly string[];
}

function isSame(base: string | undefined, after: string): boolean {
  const day = /^updated: .*$/m;
  return base?.replace(day, "") === after.replace(day, "");
}

/** Writes the pages in one step. One that a person wrote or edited has a proposal instead. */
export async function applyTables({
  projectDir,
  file,
  pages,
  updated,
}: {
  readonly projectDir: string;
  readonly file: string;
  readonly pages: readonly ScannedTable[];
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
  const inside = relative(projectDir, resolve(file)).split(sep).join("/");
  const source = inside.startsWith("..") || isAbsolute(inside) ? "" : ` of ${inside}`;
  const changes: { page: string; before: string | undefined; after: string }[] = [];
  const proposals: Proposal[] = [];
  const refused = pages.map(({ name }) => name).filter((name) => !isPageName(name));
  for (const { name, table, description, kept } of pages) {
    if (!isPageName(name)) continue;
    const current = texts.get(name);
    const base = bases.get(name);
    const after = writePageText(
      {
        name,
        folder: "wiki",
        title: table.name.trim() === "" ? "Unnamed table" : table.name,
        summary: `The table ${table.name}${source}.`.slice(0, 200),
        tags: ["table"],
        updated,
        body: writeTableBody(table, description, kept),
        citations: [],
      },
      undefined,
    );
    // A page that says what it said keeps its day.
    if (isSame(base, after)) continue;
    const isOurs = current === base && !blocked.has(name);
    bases.set(name, after);
    if (isOurs) changes.push({ page: name, before: current, after });
    else {
      const reason = blocked.get(name) ?? "A person wrote or edited this page.";
      // A text that waits was merged from the one that the person began with.
      const begun = waiting.get(name) ?? base ?? "";
      const text = { text: after, base: begun, hasConflicts: false };
      proposals.push({ kind: "page", page: name, reason, ...text });
    }
  }
  const next = writeLedger({ ...ledger, bases: Object.fromEntries(bases) });
  const before = writeLedger(ledger);
  if (changes.length + proposals.length === 0 && next === before)
    return { written: [], proposed: [], refused };
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
    written: changes.map(({ page }) => page).filter((page) => !passed.includes(page)),
    proposed: [...proposals.flatMap((one) => (one.kind === "page" ? [one.page] : [])), ...passed],
    refused,
  };
}
