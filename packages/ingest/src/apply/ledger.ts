import { StoreError } from "@ktx/batch";
import { z } from "zod";
import { citationSchema, claimSchema } from "../reconcile/patch.ts";
import type { WikiPage } from "../page/wiki-page.ts";
import { pageNameSchema } from "./page-name-schema.ts";
import { readIfThere } from "./read-if-there.ts";

/** The memory between two runs: the sources and the pages that ktx knows. */
export interface Ledger {
  readonly version: 1;
  /** The keys of the units whose patches are applied, by source. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** The pages as ktx last wrote or proposed them. */
  readonly pages: Readonly<Record<string, WikiPage>>;
  /** The texts that ktx last wrote of pages that a person has edited since, or that were there before. */
  readonly bases: Readonly<Record<string, string>>;
  /** The pages of tables that scans wrote, and the database of each; empty where its table is gone and a person kept it. */
  readonly tables: Readonly<Record<string, string>>;
  /** Claims of held sets that a person rejected, by the lines that say them. @default none */
  readonly rejected?: readonly RejectedClaim[] | undefined;
}

export interface RejectedClaim {
  readonly source: string;
  /** Of the cited lines. */
  readonly hash: string;
  readonly text: string;
}

const page: z.ZodType<WikiPage> = z.object({
  title: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  updated: z.string(),
  claims: z.array(claimSchema),
  contradictions: z.array(
    z.object({
      note: z.string(),
      claims: z.array(
        z.object({
          text: z.string(),
          citations: z.array(citationSchema),
        }),
      ),
    }),
  ),
});

const ledger: z.ZodType<Ledger> = z.object({
  version: z.literal(1),
  sources: z.record(z.string(), z.array(z.string())),
  pages: z.record(pageNameSchema, page),
  bases: z.record(pageNameSchema, z.string()),
  tables: z.record(pageNameSchema, z.string()).default({}),
  rejected: z
    .array(z.object({ source: z.string(), hash: z.string(), text: z.string() }))
    .optional(),
});

/**
 * Reads the ledger.
 *
 * @returns undefined for a project without one.
 * @throws {StoreError} for a file that ktx did not write.
 */
export async function readLedger(file: string): Promise<Ledger | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  try {
    return parseLedger(text);
  } catch (error) {
    throw new StoreError(
      "broken",
      `Expected ${file} to be as ktx wrote it, got another content. Restore it from a backup, or remove it: wiki/.ktx.json then says what is known.`,
      { cause: error },
    );
  }
}

/** @throws {Error} for a text that `writeLedger` did not make. */
export function parseLedger(text: string): Ledger {
  return ledger.parse(JSON.parse(text));
}

/** The text of a ledger, the same for the same content. */
export function writeLedger(whole: Ledger): string {
  const { sources, pages, bases, tables, rejected = [] } = whole;
  const sorted = {
    version: 1,
    sources: sortKeys(sources),
    pages: sortKeys(pages),
    bases: sortKeys(bases),
    ...(Object.keys(tables).length > 0 && { tables: sortKeys(tables) }),
    ...(rejected.length > 0 && { rejected }),
  };
  return `${JSON.stringify(sorted, null, 1)}\n`;
}

function sortKeys<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export const emptyLedger: Ledger = { version: 1, sources: {}, pages: {}, bases: {}, tables: {} };
