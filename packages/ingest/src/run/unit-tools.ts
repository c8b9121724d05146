import { defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import { cite, type Citation } from "../page/citation.ts";
import { contradictionsHeading } from "../page/render-page.ts";
import { normalise } from "../page/wiki-page.ts";
import { hashOf } from "../plan/unit-key.ts";
import type { PlannedUnit } from "../plan/plan-ingest.ts";
import type { Patch, PatchNote, PatchPage } from "../reconcile/patch.ts";
import { checkClaimText, findPageNameProblem, parseRanges, plainLine } from "./claim-text.ts";
import { numberLines, wrapData } from "./envelope.ts";
import type { WikiSnapshot } from "./wiki-snapshot.ts";

const lines = z
  .string()
  .max(200)
  .describe(
    "The lines of your source that say it, such as 12-14, or 12-14, 20. As few as possible.",
  );

const inputs = {
  source_read: z.object({
    from: z.int().min(1).describe("The first line."),
    to: z.int().min(1).describe("The last line; at most 400 lines at once."),
  }),
  wiki_search: z.object({ query: z.string().min(1).max(500) }),
  wiki_read: z.object({ page: z.string().max(200) }),
  page_write: z.object({
    page: z.string().describe("Such as orders.md or finance/refunds.md."),
    title: z.string().min(1).max(120),
    summary: z.string().max(200).describe("One sentence, at most 200 characters."),
    tags: z.array(z.string().max(40)).max(8),
    claims: z
      .array(
        z.object({
          section: z.string().max(120).describe("The heading under which the claim stands."),
          text: z.string().max(2_000).describe("One statement in one paragraph."),
          lines,
        }),
      )
      .min(1)
      .max(60),
  }),
  page_note_contradiction: z.object({
    page: z.string().max(200),
    claim: z
      .string()
      .max(2_000)
      .describe("The claim of the page, word by word, without its citations."),
    text: z.string().max(2_000).describe("The statement of your source, in one paragraph."),
    lines,
    note: z.string().max(500).describe("One sentence about the difference."),
  }),
};

const descriptions: Readonly<Record<keyof typeof inputs, string>> = {
  source_read: "Reads lines of your source, each with its number.",
  wiki_search: "Finds pages of the wiki by words, the best first.",
  wiki_read: "Reads one page of the wiki.",
  page_write:
    "Adds claims to a page of the wiki, or creates the page. Each claim cites the lines of your source that say it.",
  page_note_contradiction:
    "Records that your source contradicts a claim of the wiki. Both claims stay, and the page shows the contradiction.",
};

/** The hash of what the model is shown of the tools. A part of the key of each unit. */
export function hashUnitTools(): string {
  return hashOf(
    descriptions,
    Object.entries(inputs).map(([name, schema]) => [name, z.toJSONSchema(schema)]),
  );
}

/** The heading of the page's own last part is no section. */
function sectionOf(given: string): string {
  const section = plainLine(given, 120);
  return normalise(section) === normalise(contradictionsHeading) ? "" : section;
}

/** The most lines of one range. A bigger one says nothing about where a claim comes from. */
const mostCitedLines = 100;

/** The most characters of one read, and of one line of it. */
const mostCharacters = 60_000;

/** The last line that fits into one read; the first one is always read. */
function endOfRead(text: readonly string[], from: number, to: number): number {
  let size = 0;
  for (let line = from; line <= to; line += 1) {
    size += (text[line - 1]?.length ?? 0) + 8;
    if (size > mostCharacters && line > from) return line - 1;
  }
  return to;
}

/** Collects what the tools of one unit were asked to change. */
export interface UnitWork {
  readonly toolSet: ToolSet;
  readonly patch: Patch;
  /** The number of successful `source_read`s. */
  readonly reads: () => number;
}

export interface UnitToolsInput {
  readonly unit: Pick<PlannedUnit, "source" | "from" | "to">;
  /** All lines of the source. */
  readonly lines: readonly string[];
  readonly wiki: WikiSnapshot;
}

/** The tools of one unit. They read one source and the wiki, and write into the unit's own patch alone. */
export function createUnitTools({ unit, lines: text, wiki }: UnitToolsInput): UnitWork {
  const { source, from: first, to: last } = unit;
  const pages: PatchPage[] = [];
  const notes: PatchNote[] = [];
  let reads = 0;
  const citeAll = (given: string): Citation[] => {
    const ranges = parseRanges(given);
    if (ranges === undefined)
      throw new Error(`Expected lines such as 12-14, got ${JSON.stringify(given)}.`);
    return ranges.map(({ from, to }) => {
      if (from < first || to > last || to < from)
        throw new Error(
          `Expected lines from ${first} to ${last}, got ${from}-${to}. Read them with source_read.`,
        );
      if (to - from >= mostCitedLines)
        throw new Error(
          `Expected at most ${mostCitedLines} lines in one range, got ${to - from + 1}. Cite the lines that say it.`,
        );
      const cited = cite(source, text, from, to);
      if (cited === undefined)
        throw new Error(`Lines ${from}-${to} are empty. Cite the lines that say it.`);
      return cited;
    });
  };
  // A model may name a page by its path from the project's folder.
  const nameOf = (page: string): string =>
    page.startsWith("wiki/") && wiki.read(page) === undefined ? page.slice("wiki/".length) : page;
  const claimText = (given: string): string => {
    const checked = checkClaimText(given);
    if ("problem" in checked) throw new Error(checked.problem);
    return checked.text;
  };
  const readOnly = { annotations: { readOnlyHint: true } };
  // A call that is repeated changes nothing more, so a run may be retried after one.
  const repeatable = { annotations: { idempotentHint: true } };
  const toolSet: ToolSet = {
    source_read: defineTool({
      ...readOnly,
      name: "source_read",
      description: descriptions.source_read,
      inputSchema: inputs.source_read,
      execute: ({ from, to }) => {
        if (from < first || from > last || to < from)
          throw new Error(`Your part has lines ${first} to ${last}; got ${from} to ${to}.`);
        reads += 1;
        const end = endOfRead(text, from, Math.min(to, last, from + 399));
        return wrapData(
          `${source}, lines ${from}-${end} of ${first}-${last}`,
          numberLines(text, from, end),
        );
      },
    }),
    wiki_search: defineTool({
      ...readOnly,
      name: "wiki_search",
      description: descriptions.wiki_search,
      inputSchema: inputs.wiki_search,
      execute: async ({ query }) => {
        const hits = await wiki.search(query);
        return hits.length === 0
          ? "No page has these words."
          : wrapData(
              "wiki",
              hits.map(({ page, title, line }) => `${page} | ${title} | ${line}`).join("\n"),
            );
      },
    }),
    wiki_read: defineTool({
      ...readOnly,
      name: "wiki_read",
      description: descriptions.wiki_read,
      inputSchema: inputs.wiki_read,
      execute: ({ page: given }) => {
        const page = nameOf(given);
        const found = wiki.read(page);
        if (found === undefined)
          throw new Error("The wiki has no such page. Find one with wiki_search.");
        return wrapData(page, found.slice(0, 40_000));
      },
    }),
    page_write: defineTool({
      ...repeatable,
      name: "page_write",
      description: descriptions.page_write,
      inputSchema: inputs.page_write,
      execute: ({ page: given, title, summary, tags, claims }) => {
        const page = nameOf(given);
        const problem = findPageNameProblem(page);
        if (problem !== undefined) throw new Error(problem);
        const plainTitle = plainLine(title, 120);
        if (plainTitle === "") throw new Error("Expected a title of plain text.");
        const checked = claims.map((claim) => ({
          section: sectionOf(claim.section),
          text: claimText(claim.text),
          citations: citeAll(claim.lines),
        }));
        pages.push({
          page,
          title: plainTitle,
          summary: plainLine(summary, 200),
          tags: tags.map((tag) => plainLine(tag, 40)).filter((tag) => tag !== ""),
          claims: checked,
        });
        const noted = `Noted ${checked.length} claims for ${page}.`;
        // Units that run at the same time may ask for a page of one title.
        return wiki.read(page) === undefined
          ? `${noted} If another page of its folder has this title, they stand on that page.`
          : noted;
      },
    }),
    page_note_contradiction: defineTool({
      ...repeatable,
      name: "page_note_contradiction",
      description: descriptions.page_note_contradiction,
      inputSchema: inputs.page_note_contradiction,
      execute: ({ page: given, claim, text: said, lines: cited, note }) => {
        const page = nameOf(given);
        const found = wiki.read(page);
        if (found === undefined)
          throw new Error("The wiki has no such page. Find one with wiki_search.");
        if (!normalise(found.replaceAll(/\[\^[^\]]*\]/g, " ")).includes(normalise(claim)))
          throw new Error(`${page} has no such claim. Copy it word by word from wiki_read.`);
        const by = { section: "", text: claimText(said), citations: citeAll(cited) };
        notes.push({ page, claim, by, note: plainLine(note, 500) });
        return `Noted a contradiction on ${page}.`;
      },
    }),
  };
  return { toolSet, patch: { pages, notes }, reads: () => reads };
}
