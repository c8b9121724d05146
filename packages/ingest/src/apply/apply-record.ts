import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "@ktx/batch";
import { z } from "zod";
import { parseLedger } from "./ledger.ts";
import { pageNameSchema, proposalNameSchema } from "./page-name-schema.ts";
import type { ProjectFolders } from "./project-folders.ts";
import { parseProposal } from "./proposals.ts";
import { isMissing } from "./read-if-there.ts";

/** One apply as it is kept for the journal, and to take it back. */
export interface ApplyRecord {
  readonly version: 1;
  /** Ids are in the order of the applies. */
  readonly id: string;
  readonly changes: readonly {
    readonly page: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly ledgerBefore: string | null;
  readonly ledger: string;
  readonly proposals: readonly ProposalText[];
  /** Files of proposals that this apply settles. */
  readonly settled: readonly string[];
  /** The settled proposals as they were. */
  readonly settledTexts?: readonly ProposalText[] | undefined;
  /** The apply that this one takes back. */
  readonly undoes?: string | undefined;
  /** Pages that somebody changed while they were being written, so that they were not. */
  readonly passed?: readonly string[] | undefined;
}

interface ProposalText {
  readonly file: string;
  readonly text: string;
}

const proposalText = z.object({ file: proposalNameSchema, text: z.string() });

const recordSchema: z.ZodType<ApplyRecord> = z.object({
  version: z.literal(1),
  id: z.string(),
  changes: z.array(
    z.object({ page: pageNameSchema, before: z.string().nullable(), after: z.string().nullable() }),
  ),
  ledgerBefore: z.string().nullable(),
  ledger: z.string(),
  proposals: z.array(proposalText),
  settled: z.array(proposalNameSchema),
  settledTexts: z.array(proposalText).optional(),
  undoes: z.string().optional(),
  passed: z.array(pageNameSchema).optional(),
});

/**
 * A record as the journal reads it, so that none is written that cannot be read again.
 *
 * @throws {Error} for one that the reader would refuse.
 */
export function checkRecord(record: ApplyRecord): ApplyRecord {
  const checked = recordSchema.parse(record);
  parseLedger(checked.ledger);
  if (checked.ledgerBefore !== null) parseLedger(checked.ledgerBefore);
  for (const { text } of checked.proposals) parseProposal(text);
  return checked;
}

export function recordFile({ applies }: Pick<ProjectFolders, "applies">, id: string): string {
  return join(applies, `${id}.json`);
}

/** @throws {StoreError} for a record that is missing or that ktx did not write. */
export async function readRecord(folders: ProjectFolders, id: string): Promise<ApplyRecord> {
  const file = recordFile(folders, id);
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new StoreError(
      "broken",
      `Expected ${file} to be the record of an apply as ktx wrote it, got another content. Restore it from a backup, or remove it; without it, remove ${folders.journal}, too, and look at the pages below ${folders.wiki}: some of them may be written.`,
      { cause: error },
    );
  }
}

/**
 * A name for the next apply: its time, or one just after that of the last apply, where the clock was set back since.
 * Names are in the order in which they are made.
 *
 * @param nowMs milliseconds since the epoch.
 */
export async function makeApplyId(
  folders: Pick<ProjectFolders, "applies">,
  nowMs: number,
): Promise<string> {
  const lastMs = timeOf((await listRecords(folders)).at(-1) ?? "");
  const time = new Date(lastMs === undefined ? nowMs : Math.max(nowMs, lastMs + 1));
  return `${time.toISOString().replaceAll(/[:.]/g, "-")}-${randomUUID().slice(0, 8)}`;
}

function timeOf(id: string): number | undefined {
  const [, day, hour, minute, second, ms] =
    /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-/.exec(id) ?? [];
  const time = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The ids of the applies that are recorded, oldest first. */
export async function listRecords({ applies }: Pick<ProjectFolders, "applies">): Promise<string[]> {
  const names = await readdir(applies).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return names
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .toSorted();
}
