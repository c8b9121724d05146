import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Patch, patchSchema } from "../reconcile/patch.ts";
import { hashText } from "./durable-files.ts";
import type { PageProposal } from "./plan-apply.ts";
import { pageNameSchema } from "./page-name-schema.ts";
import { isMissing } from "./read-if-there.ts";

/** A change that waits for a person: of a page that a person wrote or edited, or claims that nobody has compared. */
export type Proposal =
  | ({ readonly kind: "page" } & PageProposal)
  | {
      readonly kind: "set";
      /** The key of the set's unit. */
      readonly key: string;
      readonly reason: string;
      /** The new claims of the set, as a patch. */
      readonly patch: Patch;
      /** The claims of the wiki that they meet. */
      readonly against: readonly { readonly page: string; readonly text: string }[];
      /** True where the run ended before the set was compared, so that the next run compares it. */
      readonly isOpen?: boolean | undefined;
    };

const proposalSchema: z.ZodType<Proposal> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("page"),
    page: pageNameSchema,
    reason: z.string(),
    text: z.string().optional(),
    base: z.string().optional(),
    hasConflicts: z.boolean(),
  }),
  z.object({
    kind: z.literal("set"),
    key: z.string(),
    reason: z.string(),
    patch: patchSchema,
    against: z.array(z.object({ page: z.string(), text: z.string() })),
    isOpen: z.boolean().optional(),
  }),
]);

/** The file of a proposal below the folder of proposals: one for each page and for each set. */
export function proposalFile(proposal: Proposal): { readonly file: string; readonly text: string } {
  const name = proposal.kind === "page" ? proposal.page : proposal.key;
  return {
    file: `${proposal.kind}-${hashText(name).slice(0, 16)}.json`,
    text: `${JSON.stringify(proposal, null, 2)}\n`,
  };
}

/** The file of the proposal for a page. */
export function fileOfPage(page: string): string {
  return proposalFile({ kind: "page", page, reason: "", hasConflicts: false }).file;
}

/** @throws {Error} for a text that `proposalFile` did not make. */
export function parseProposal(text: string): Proposal {
  return proposalSchema.parse(JSON.parse(text));
}

/** The proposals that wait, by file. Other files are left out. */
export async function readProposals(folder: string): Promise<ReadonlyMap<string, Proposal>> {
  return (await readFolder(folder)).found;
}

/** The files in the place of proposals that ktx did not write: written by another version, or damaged. */
export async function findBrokenProposals(folder: string): Promise<readonly string[]> {
  return (await readFolder(folder)).broken;
}

async function readFolder(folder: string): Promise<{
  readonly found: ReadonlyMap<string, Proposal>;
  readonly broken: readonly string[];
}> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const found = new Map<string, Proposal>();
  const broken: string[] = [];
  for (const name of names.filter((one) => one.endsWith(".json")).toSorted()) {
    try {
      found.set(name, parseProposal(await readFile(join(folder, name), "utf8")));
    } catch {
      broken.push(name);
    }
  }
  return { found, broken };
}

/** The proposals that wait: for pages, and for sets of claims that nobody has compared. */
export interface WaitingCount {
  readonly pages: number;
  readonly sets: number;
}

export async function countWaiting(folder: string): Promise<WaitingCount> {
  const kinds = [...(await readProposals(folder)).values()].map(({ kind }) => kind);
  const sets = kinds.filter((kind) => kind === "set").length;
  return { pages: kinds.length - sets, sets };
}
