import { z } from "zod";
import { renderPage } from "../page/render-page.ts";
import { hashText } from "./durable-files.ts";
import type { Ledger } from "./ledger.ts";
import { pageNameSchema } from "./page-name-schema.ts";
import { readIfThere } from "./read-if-there.ts";
import { plainText } from "./text-form.ts";

/**
 * The part of the ledger that travels with the pages in Git, so that another clone pays for nothing again and knows
 * which pages nobody has edited.
 */
export interface WikiMemory {
  readonly version: 1;
  /** The keys of the units whose claims are in the pages, by source. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** The hash of each page as ktx last wrote it. */
  readonly pages: Readonly<Record<string, string>>;
  /** The database of each page of a table. */
  readonly tables?: Readonly<Record<string, string>> | undefined;
}

/** Its name below `wiki/`. */
export const memoryName = ".ktx.json";

const memorySchema: z.ZodType<WikiMemory> = z.object({
  version: z.literal(1),
  sources: z.record(z.string(), z.array(z.string())),
  pages: z.record(z.string(), z.string()),
  tables: z.record(pageNameSchema, z.string()).optional(),
});

/** The memory that goes with a ledger. Pure. */
export function memoryOf({ sources, pages, bases, tables }: Ledger): WikiMemory {
  const hashes = new Map(
    Object.entries(pages)
      .filter(([name, { claims }]) => claims.length > 0 && bases[name] === undefined)
      .map(([name, page]) => [name, hashPage(renderPage(name, page))]),
  );
  for (const [name, text] of Object.entries(bases))
    if (text !== "") hashes.set(name, hashPage(text));
  // A claim that is only proposed is in no page: another clone reads its sources, and proposes it, too.
  const proposed = new Set(
    Object.keys(bases).flatMap((name) =>
      (pages[name]?.claims ?? []).flatMap(({ citations }) => citations.map((one) => one.source)),
    ),
  );
  return {
    version: 1,
    sources: Object.fromEntries(
      Object.entries(sources)
        .filter(([path]) => !proposed.has(path))
        .toSorted(compareKeys),
    ),
    pages: Object.fromEntries([...hashes].toSorted(compareKeys)),
    ...(Object.keys(tables).length > 0 && {
      tables: Object.fromEntries(Object.entries(tables).toSorted(compareKeys)),
    }),
  };
}

function compareKeys([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The hash of what a page says, whatever the form of its text. */
export function hashPage(text: string): string {
  return hashText(plainText(text));
}

/** The text of a memory, the same for the same content; undefined for one that knows nothing. */
export function writeMemory(memory: WikiMemory): string | undefined {
  const isEmpty = Object.keys(memory.sources).length + Object.keys(memory.pages).length === 0;
  return isEmpty ? undefined : `${JSON.stringify(memory, null, 1)}\n`;
}

/** Undefined for no file, and for one that a merge of Git has broken. */
export async function readMemory(file: string): Promise<WikiMemory | undefined> {
  const text = await readIfThere(file);
  return text === undefined ? undefined : parseMemory(text);
}

/** True for a file that ktx did not write, such as one with the marks of a merge. */
export async function isBrokenMemory(file: string): Promise<boolean> {
  const text = await readIfThere(file);
  return text !== undefined && parseMemory(text) === undefined;
}

function parseMemory(text: string): WikiMemory | undefined {
  try {
    return memorySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
