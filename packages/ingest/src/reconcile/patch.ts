import { z } from "zod";
import { isPageName } from "../apply/page-name-schema.ts";
import type { Citation } from "../page/citation.ts";
import type { Claim } from "../page/wiki-page.ts";

/** A page that a unit writes into: its head, and the claims that it brings. */
export interface PatchPage {
  readonly page: string;
  readonly title: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly claims: readonly Claim[];
}

/** A claim of the wiki that a source contradicts. */
export interface PatchNote {
  readonly page: string;
  readonly claim: string;
  readonly by: Claim;
  readonly note: string;
}

/** The changes that one unit asks for. They are data until the end of the run. */
export interface Patch {
  readonly pages: readonly PatchPage[];
  readonly notes: readonly PatchNote[];
}

export const citationSchema: z.ZodType<Citation> = z.object({
  source: z.string(),
  from: z.number(),
  to: z.number(),
  hash: z.string(),
  near: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .optional(),
});

export const claimSchema: z.ZodType<Claim> = z.object({
  section: z.string(),
  text: z.string(),
  citations: z.array(citationSchema),
});

export const patchSchema: z.ZodType<Patch> = z.object({
  pages: z.array(
    z.object({
      page: z.string(),
      title: z.string(),
      summary: z.string(),
      tags: z.array(z.string()),
      claims: z.array(claimSchema),
    }),
  ),
  notes: z.array(
    z.object({ page: z.string(), claim: z.string(), by: claimSchema, note: z.string() }),
  ),
});

/** The patch without the pages whose names no file of the state can have; those names. */
export function keepPages({ pages, notes }: Patch): {
  readonly patch: Patch;
  readonly refused: readonly string[];
} {
  const refused = [...pages, ...notes].map(({ page }) => page).filter((page) => !isPageName(page));
  return {
    patch: {
      pages: pages.filter(({ page }) => isPageName(page)),
      notes: notes.filter(({ page }) => isPageName(page)),
    },
    refused: [...new Set(refused)],
  };
}

/** The patch with its citations moved by a number of lines. A stored patch counts from the start of its part. */
export function shiftPatch({ pages, notes }: Patch, by: number): Patch {
  const shift = (claim: Claim): Claim => ({
    ...claim,
    citations: claim.citations.map((one) => ({ ...one, from: one.from + by, to: one.to + by })),
  });
  return {
    pages: pages.map((page) => ({ ...page, claims: page.claims.map(shift) })),
    notes: notes.map((note) => ({ ...note, by: shift(note.by) })),
  };
}
