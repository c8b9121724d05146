import { renderPage } from "../page/render-page.ts";
import { compareNames, type WikiPage, type WikiPages } from "../page/wiki-page.ts";
import { mergeTexts } from "./merge-texts.ts";
import { isSameText, keepForm } from "./text-form.ts";

/** A file below `wiki/` and its text before and after; undefined for no file. */
export interface PageChange {
  readonly page: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A change that a person decides about. */
export interface PageProposal {
  readonly page: string;
  readonly reason: string;
  /** The proposed text; absent for a page whose last claim was retired. */
  readonly text?: string | undefined;
  /** The text from which a merge starts; absent where the ledger has it, and `text` is then the merged one. */
  readonly base?: string | undefined;
  /** True where both sides changed the same lines, which the text then marks. */
  readonly hasConflicts: boolean;
}

export interface ApplyPlan {
  readonly changes: readonly PageChange[];
  readonly proposals: readonly PageProposal[];
  /** The next `bases` of the ledger. */
  readonly bases: ReadonlyMap<string, string>;
  /** Pages about which nothing is left to decide, so that a proposal that waits for one of them is settled. */
  readonly settled: readonly string[];
}

export interface PlanApplyInput {
  /** The pages as ktx last wrote or proposed them. */
  readonly old: WikiPages;
  readonly next: WikiPages;
  /** The ledger's `bases`. */
  readonly bases: ReadonlyMap<string, string>;
  /** The files of `wiki/` as they are now; a page that may not be written has a reason in `blocked`. */
  readonly files: ReadonlyMap<string, string>;
  readonly blocked: ReadonlyMap<string, string>;
  /** The pages for which proposals wait. @default none */
  readonly waiting?: ReadonlySet<string>;
}

/** The changes of files that lead from the old pages to the next ones; where a person wrote, a proposal. Pure. */
export function planApply(input: PlanApplyInput): ApplyPlan {
  const { old, next, bases, files, blocked, waiting = new Set() } = input;
  const changes: PageChange[] = [];
  const proposals: PageProposal[] = [];
  const settled: string[] = [];
  const nextBases = new Map(bases);
  // A page that has a base and no claims, such as that of a scan, is not decided here.
  const forgotten = [...waiting].filter((page) => !bases.has(page));
  // Whoever removes the whole wiki wants it again; a single page is removed for good.
  const isEmpty = files.size === 0 && blocked.size === 0;
  for (const page of [...new Set([...old.keys(), ...next.keys(), ...forgotten])].toSorted(
    compareNames,
  )) {
    const was = textOf(page, old.get(page));
    const after = textOf(page, next.get(page));
    const current = files.get(page);
    if (isEmpty && after !== undefined) {
      nextBases.delete(page);
      changes.push({ page, before: undefined, after });
      continue;
    }
    if (isSameText(current, after)) {
      nextBases.delete(page);
      if (waiting.has(page)) settled.push(page);
      continue;
    }
    if (was === after && !waiting.has(page)) continue;
    const base = bases.get(page) ?? (was === after ? undefined : was);
    const merged = after === undefined ? undefined : mergeTexts(current, base, after);
    const isMerged = merged?.hasConflicts === false && isSameText(merged.text, current);
    if (isMerged && after !== undefined && !blocked.has(page)) {
      // The person's page says it already, or the sources say again what they said.
      nextBases.set(page, after);
      settled.push(page);
      continue;
    }
    if (was === after) continue;
    const reason = blocked.get(page) ?? reasonOf(base, current);
    if (reason === undefined) {
      nextBases.delete(page);
      const written = after === undefined ? undefined : keepForm(after, current);
      changes.push({ page, before: current, after: written });
      continue;
    }
    // An empty text stands for a page that ktx has not written.
    nextBases.set(page, base ?? "");
    proposals.push(
      merged === undefined
        ? { page, reason: `${reason} Its last claim has lost its source.`, hasConflicts: false }
        : { page, reason, ...merged },
    );
  }
  return { changes, proposals, bases: nextBases, settled };
}

function textOf(name: string, page: WikiPage | undefined): string | undefined {
  return page === undefined || page.claims.length === 0 ? undefined : renderPage(name, page);
}

function reasonOf(base: string | undefined, current: string | undefined): string | undefined {
  const isNew = base === undefined || base === "";
  if (isSameText(current, isNew ? undefined : base)) return undefined;
  if (isNew) return "A person wrote this page.";
  return current === undefined ? "A person removed this page." : "A person edited this page.";
}
