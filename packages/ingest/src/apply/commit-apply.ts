import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { replaceDurably, syncFolder, writeDurably } from "./durable-files.ts";
import type { PageChange } from "./plan-apply.ts";
import type { ProjectFolders } from "./project-folders.ts";
import { proposalFile } from "./proposals.ts";
import { findBlock } from "./read-wiki.ts";

/** One apply as it is kept for the journal, and to take it back. */
interface ApplyRecord {
  readonly version: 1;
  readonly id: string;
  readonly changes: readonly {
    readonly page: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly ledgerBefore: string | null;
  readonly ledger: string;
  readonly proposals: readonly { readonly file: string; readonly text: string }[];
  /** Files of proposals that this apply settles. */
  readonly settled: readonly string[];
}

const recordSchema: z.ZodType<ApplyRecord> = z.object({
  version: z.literal(1),
  id: z.string(),
  changes: z.array(
    z.object({ page: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
  ledgerBefore: z.string().nullable(),
  ledger: z.string(),
  proposals: z.array(z.object({ file: z.string(), text: z.string() })),
  settled: z.array(z.string()),
});

/** The number of applies whose records are kept. */
const keptRecords = 20;

/** A name for an apply; names are in the order of their times. */
export function makeApplyId(nowMs: number): string {
  return `${new Date(nowMs).toISOString().replaceAll(/[:.]/g, "-")}-${randomUUID().slice(0, 8)}`;
}

export interface Applied {
  readonly id: string;
  /** Pages that somebody changed while they were being written. They keep that text, and have a proposal. */
  readonly passed: readonly string[];
}

export interface ApplyInput {
  readonly folders: ProjectFolders;
  readonly id: string;
  readonly changes: readonly PageChange[];
  /** The ledger's texts before and after. */
  readonly ledgerBefore: string | undefined;
  readonly ledger: string;
  readonly proposals: ApplyRecord["proposals"];
  readonly settled: readonly string[];
}

/**
 * Changes the wiki in one step. Everything is staged and on the disk before the journal's entry, which decides: without
 * it nothing has changed, and with it `recoverApply` brings the rest, also after a crash.
 */
export async function commitApply({ folders, ...input }: ApplyInput): Promise<Applied> {
  const record: ApplyRecord = {
    version: 1,
    id: input.id,
    changes: input.changes.map(({ page, before, after }) => ({
      page,
      before: before ?? null,
      after: after ?? null,
    })),
    ledgerBefore: input.ledgerBefore ?? null,
    ledger: input.ledger,
    proposals: input.proposals,
    settled: input.settled,
  };
  await writeDurably(join(folders.applies, `${input.id}.json`), JSON.stringify(record));
  await syncFolder(folders.applies);
  await replaceDurably(folders.journal, JSON.stringify({ id: input.id }));
  return finishApply(folders, record);
}

/** Finishes the apply that was interrupted, if one was. */
export async function recoverApply(folders: ProjectFolders): Promise<Applied | undefined> {
  const text = await readFile(folders.journal, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(text));
  return finishApply(folders, await readApply(folders, id));
}

async function readApply(folders: ProjectFolders, id: string): Promise<ApplyRecord> {
  return recordSchema.parse(
    JSON.parse(await readFile(join(folders.applies, `${id}.json`), "utf8")),
  );
}

/** Can be repeated: what it has done already, it passes over. */
async function finishApply(folders: ProjectFolders, record: ApplyRecord): Promise<Applied> {
  const passed: string[] = [];
  for (const change of record.changes) {
    const isWritten = await writePage(folders, change);
    if (isWritten) continue;
    passed.push(change.page);
    const { file, text } = proposalFile({
      kind: "page",
      page: change.page,
      reason: "A person edited this page during the run.",
      ...(change.after !== null && { text: change.after }),
      hasConflicts: false,
    });
    await replaceDurably(join(folders.proposals, file), text);
  }
  for (const { file, text } of record.proposals)
    await replaceDurably(join(folders.proposals, file), text);
  for (const file of record.settled) await rm(join(folders.proposals, file), { force: true });
  await replaceDurably(folders.ledger, record.ledger);
  await rm(folders.run, { force: true });
  await rm(folders.journal, { force: true });
  await syncFolder(folders.state);
  const records = (await readdir(folders.applies)).filter((name) => name.endsWith(".json"));
  for (const name of records.toSorted().slice(0, -keptRecords))
    await rm(join(folders.applies, name), { force: true });
  return { id: record.id, passed };
}

/** @returns false where the page is neither as it was planned on, nor as it is to be. */
async function writePage(
  folders: ProjectFolders,
  { page, before, after }: ApplyRecord["changes"][number],
): Promise<boolean> {
  const file = join(folders.wiki, page);
  if ((await findBlock(folders.wiki, page)) !== undefined) return false;
  const current = await readFile(file, "utf8").catch(() => null);
  if (current === after) return true;
  if (current !== before) return false;
  if (after === null) await rm(file);
  else {
    await mkdir(dirname(file), { recursive: true });
    // In the state's folder, so that a crash leaves no file in the wiki.
    const staged = join(folders.state, "staged.md");
    await writeDurably(staged, after);
    await rename(staged, file);
  }
  await syncFolder(dirname(file));
  return true;
}
