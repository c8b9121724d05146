import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoreError } from "@ktx/batch";
import { z } from "zod";
import {
  type ApplyRecord,
  checkRecord,
  listRecords,
  readRecord,
  recordFile,
} from "./apply-record.ts";
import { replaceDurably, syncFolder, writeDurably } from "./durable-files.ts";
import { type Ledger, parseLedger, writeLedger } from "./ledger.ts";
import type { PageChange } from "./plan-apply.ts";
import type { ProjectFolders } from "./project-folders.ts";
import { fileOfPage, proposalFile } from "./proposals.ts";
import { isMissing, readIfThere } from "./read-if-there.ts";
import { findBlock } from "./read-wiki.ts";
import { memoryName, memoryOf, writeMemory } from "./wiki-memory.ts";

/** The number of applies whose records are kept. */
const keptRecords = 20;

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
  /** The apply that this one takes back. */
  readonly undoes?: string;
}

/**
 * Changes the wiki in one step. Everything is staged and on the disk before the journal's entry, which decides: without
 * it nothing has changed, and with it `recoverApply` brings the rest, also after a crash.
 *
 * @throws {Error} for an input that could not be read again; nothing is written then.
 */
export async function commitApply({ folders, ...input }: ApplyInput): Promise<Applied> {
  const record = checkRecord({
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
    settledTexts: await readTexts(folders.proposals, input.settled),
    ...(input.undoes !== undefined && { undoes: input.undoes }),
  });
  const journal = journalSchema.parse({ id: input.id });
  await replaceDurably(recordFile(folders, input.id), JSON.stringify(record));
  await replaceDurably(folders.journal, JSON.stringify(journal));
  return finishApply(folders, record);
}

/**
 * Finishes the apply that was interrupted, if one was.
 *
 * @throws {Error} for a journal that cannot be read; {StoreError} for one that ktx did not write.
 */
export async function recoverApply(folders: ProjectFolders): Promise<Applied | undefined> {
  const text = await readIfThere(folders.journal);
  if (text === undefined) return undefined;
  return finishApply(folders, await readRecord(folders, idOfJournal(folders.journal, text)));
}

const journalSchema = z.object({ id: z.string().regex(/^[\w-]+$/) });

function idOfJournal(file: string, text: string): string {
  try {
    return journalSchema.parse(JSON.parse(text)).id;
  } catch (error) {
    throw new StoreError(
      "broken",
      `Expected ${file} to be as ktx wrote it, got another content. Restore it from a backup, or remove it: the pages stay as they are.`,
      { cause: error },
    );
  }
}

async function readTexts(
  folder: string,
  files: readonly string[],
): Promise<NonNullable<ApplyRecord["settledTexts"]>> {
  const texts: { readonly file: string; readonly text: string }[] = [];
  for (const file of files) {
    const text = await readIfThere(join(folder, file));
    if (text !== undefined) texts.push({ file, text });
  }
  return texts;
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
  // A page that was passed over has its change as a proposal, also where this apply was to settle it.
  const waiting = new Set(passed.map(fileOfPage));
  for (const file of record.settled.filter((one) => !waiting.has(one)))
    await rm(join(folders.proposals, file), { force: true });
  if (passed.length > 0)
    await replaceDurably(recordFile(folders, record.id), JSON.stringify({ ...record, passed }));
  await writeMemoryFile(folders, parseLedger(record.ledger));
  await replaceDurably(folders.ledger, record.ledger);
  await rm(folders.run, { force: true });
  await rm(folders.journal, { force: true });
  await syncFolder(folders.state);
  for (const id of (await listRecords(folders)).slice(0, -keptRecords))
    await rm(recordFile(folders, id), { force: true });
  return { id: record.id, passed };
}

/** @returns false where the page is neither as it was planned on, nor as it is to be. */
async function writePage(
  folders: ProjectFolders,
  { page, before, after }: ApplyRecord["changes"][number],
): Promise<boolean> {
  const file = join(folders.wiki, page);
  if ((await findBlock(folders.wiki, page)) !== undefined) return false;
  const current = await readPage(file);
  if (current === after) return true;
  if (current !== before) return false;
  if (after === null) await rm(file);
  else await placeInWiki(folders, file, after);
  await syncFolder(dirname(file));
  return true;
}

async function placeInWiki(folders: ProjectFolders, file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // In the state's folder, so that a crash leaves no file in the wiki.
  const staged = join(folders.state, "staged.md");
  await writeDurably(staged, text);
  await rename(staged, file);
}

/** The memory that travels with the pages. Something else in its place is left alone. */
async function writeMemoryFile(folders: ProjectFolders, ledger: Ledger): Promise<void> {
  if ((await findBlock(folders.wiki, memoryName)) !== undefined) return;
  const text = writeMemory(memoryOf(ledger));
  if ((await readIfThere(folders.memory)) === text) return;
  if (text === undefined) await rm(folders.memory, { force: true });
  else await placeInWiki(folders, folders.memory, text);
  await syncFolder(folders.wiki);
}

/** Records what is known of pages that are as they should be, such as those of a fresh clone. */
export async function keepLedger(folders: ProjectFolders, ledger: Ledger): Promise<void> {
  const text = writeLedger(ledger);
  await writeMemoryFile(folders, ledger);
  if ((await readIfThere(folders.ledger)) !== text) await replaceDurably(folders.ledger, text);
}

/** @returns null for no file, and undefined for one that cannot be read: nothing is written over it. */
async function readPage(file: string): Promise<string | null | undefined> {
  return await readFile(file, "utf8").catch((error: unknown) =>
    isMissing(error) ? null : undefined,
  );
}
