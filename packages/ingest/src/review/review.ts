import { readFile } from "node:fs/promises";
import { contentHash } from "@ktx/wiki";
import { type ApplyInput, commitApply, makeApplyId, recoverApply } from "../apply/commit-apply.ts";
import { emptyLedger, type Ledger, readLedger, writeLedger } from "../apply/ledger.ts";
import { lockProject, ProjectBusyError } from "../apply/lock-project.ts";
import { mergeTexts, type PageChange, planApply } from "../apply/plan-apply.ts";
import { foldersOf, makeState } from "../apply/project-folders.ts";
import { type Proposal, proposalFile, readProposals } from "../apply/proposals.ts";
import { readWiki, type WikiFiles } from "../apply/read-wiki.ts";
import { renderPage } from "../page/render-page.ts";
import { sortPatches } from "../reconcile/conflict-sets.ts";
import { idsOf, mergeClaims } from "../reconcile/merge-claims.ts";

/** A proposal as it stands against the present page. */
export type WaitingProposal = {
  /** The page's name, or the beginning of the key of a set. */
  readonly id: string;
  readonly reason: string;
} & (
  | {
      readonly kind: "page";
      readonly page: string;
      /** The present text of the page; absent for no page. */
      readonly current?: string;
      /** The text that it would have; absent where the page would go. */
      readonly proposed?: string;
      /** True where both sides changed the same lines, which the text then marks. */
      readonly hasConflicts: boolean;
    }
  | {
      readonly kind: "set";
      /** New claims, which nobody has compared. */
      readonly claims: readonly { readonly page: string; readonly text: string }[];
      /** The claims of the wiki that they meet. */
      readonly against: readonly { readonly page: string; readonly text: string }[];
    }
);

/** The proposals of the project that wait for a person. Nothing is changed. */
export async function listProposals(projectDir: string): Promise<readonly WaitingProposal[]> {
  const folders = foldersOf(projectDir);
  const proposals = await readProposals(folders.proposals);
  const ledger = (await readLedger(folders.ledger)) ?? emptyLedger;
  const files = await readWiki(folders.wiki);
  return [...proposals.values()].map((one) => describe(one, ledger, files));
}

export interface ReviewInput {
  readonly projectDir: string;
  /** The `id` of a proposal. */
  readonly id: string;
  /** `accept` changes the page, or adds the claims of a set and flags them as a contradiction. */
  readonly verdict: "accept" | "reject";
}

/** A proposal cannot be settled. The message is a sentence for people. */
export class ReviewError extends Error {
  override readonly name = "ReviewError";
}

/**
 * Settles one proposal.
 *
 * @returns the pages that changed.
 * @throws {ReviewError} for an unknown one, and for a text with conflict marks, and while an ingest runs.
 */
export async function reviewProposal(input: ReviewInput): Promise<readonly string[]> {
  const { projectDir, id, verdict } = input;
  const folders = foldersOf(projectDir);
  await makeState(projectDir);
  await using _lock = await lockProject(folders.lock).catch((error: unknown) => {
    if (!(error instanceof ProjectBusyError)) throw error;
    throw new ReviewError(error.message, { cause: error });
  });
  await recoverApply(folders);
  const proposals = await readProposals(folders.proposals);
  const found = [...proposals].find(([, one]) => idOf(one) === id);
  if (found === undefined)
    throw new ReviewError(
      proposals.size === 0
        ? `Expected a proposal, got ${id}: no proposal waits.`
        : `Expected one of ${[...proposals.values()].map(idOf).join(", ")}; got ${id}.`,
    );
  const [file, proposal] = found;
  const text = await readFile(folders.ledger, "utf8").catch(() => undefined);
  const ledger = (await readLedger(folders.ledger)) ?? emptyLedger;
  const files = await readWiki(folders.wiki);
  const change = verdict === "accept" ? accept(proposal, ledger, files) : reject(proposal, ledger);
  const apply: ApplyInput = {
    folders,
    id: makeApplyId(Date.now()),
    changes: change.changes,
    ledgerBefore: text,
    ledger: writeLedger(change.ledger),
    proposals: change.proposals.map(proposalFile),
    settled: change.proposals.some((one) => proposalFile(one).file === file) ? [] : [file],
  };
  const { passed } = await commitApply(apply);
  return change.changes.map(({ page }) => page).filter((page) => !passed.includes(page));
}

interface Review {
  readonly changes: readonly PageChange[];
  readonly ledger: Ledger;
  readonly proposals: readonly Proposal[];
}

function accept(proposal: Proposal, ledger: Ledger, files: WikiFiles): Review {
  if (proposal.kind === "page") {
    const { page } = proposal;
    const waiting = describe(proposal, ledger, files);
    if (files.blocked.has(page)) throw new ReviewError(`${files.blocked.get(page)} Remove it.`);
    if (waiting.kind !== "page" || waiting.hasConflicts)
      throw new ReviewError(
        `Expected a text without conflicts: you and the sources changed the same lines of ${page}. Edit the page yourself, then reject the proposal.`,
      );
    const { current, proposed } = waiting;
    return {
      changes: [{ page, before: current, after: proposed }],
      ledger: settleBase(page, ledger),
      proposals: [],
    };
  }
  const base = new Map(Object.entries(ledger.pages));
  const sorted = sortPatches(base, [proposal.patch]);
  const decided = sorted.sets.map((set) => ({
    set,
    decision: {
      groups: [
        {
          claims: [...idsOf(set).keys()],
          verdict: "contradiction" as const,
          note: "The sources may disagree; a person accepted both.",
        },
      ],
    },
  }));
  const updated = base.values().next().value?.updated ?? new Date().toISOString().slice(0, 10);
  const { pages } = mergeClaims({ base, sorted, decided, updated });
  const plan = planApply({
    old: base,
    next: pages,
    bases: new Map(Object.entries(ledger.bases)),
    files: files.texts,
    blocked: files.blocked,
  });
  return {
    changes: plan.changes,
    ledger: {
      ...ledger,
      pages: Object.fromEntries(pages),
      bases: Object.fromEntries(plan.bases),
    },
    proposals: plan.proposals.map((one) => ({ kind: "page", ...one }) as const),
  };
}

function reject(proposal: Proposal, ledger: Ledger): Review {
  const next = proposal.kind === "page" ? settleBase(proposal.page, ledger) : ledger;
  return { changes: [], ledger: next, proposals: [] };
}

/** Later changes of the page are proposed on top of what was decided now. */
function settleBase(page: string, ledger: Ledger): Ledger {
  const known = ledger.pages[page];
  return known === undefined
    ? ledger
    : { ...ledger, bases: { ...ledger.bases, [page]: renderPage(page, known) } };
}

function describe(proposal: Proposal, ledger: Ledger, files: WikiFiles): WaitingProposal {
  const id = idOf(proposal);
  const { reason } = proposal;
  if (proposal.kind === "set") {
    const claims = proposal.patch.pages.flatMap(({ page, claims: own }) =>
      own.map(({ text }) => ({ page, text })),
    );
    return { id, kind: "set", reason, claims, against: proposal.against };
  }
  const { page } = proposal;
  const current = files.texts.get(page);
  const known = ledger.pages[page];
  // The merge is made again: the page may have been edited since.
  const merged =
    known === undefined || proposal.text === undefined
      ? { text: proposal.text, hasConflicts: proposal.hasConflicts }
      : mergeTexts(current, ledger.bases[page], renderPage(page, known));
  return {
    id,
    kind: "page",
    reason,
    page,
    hasConflicts: merged.hasConflicts,
    ...(current !== undefined && { current }),
    ...(merged.text !== undefined && { proposed: merged.text }),
  };
}

function idOf(proposal: Proposal): string {
  return proposal.kind === "page" ? proposal.page : contentHash(proposal.key).slice(0, 8);
}
