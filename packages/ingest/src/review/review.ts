import { makeApplyId } from "../apply/apply-record.ts";
import { type ApplyInput, commitApply, recoverApply } from "../apply/commit-apply.ts";
import { type Ledger, writeLedger } from "../apply/ledger.ts";
import { hasConflictMarks } from "../apply/merge-texts.ts";
import { type PageChange, planApply } from "../apply/plan-apply.ts";
import { checkFolders, foldersOf, hasState, makeState } from "../apply/project-folders.ts";
import { type Proposal, proposalFile, readProposals } from "../apply/proposals.ts";
import { findBlock, readWiki, type WikiFiles } from "../apply/read-wiki.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import { renderPage } from "../page/render-page.ts";
import { sortPatches } from "../reconcile/conflict-sets.ts";
import { rejectedOf } from "../reconcile/drop-rejected.ts";
import { idsOf, mergeClaims } from "../reconcile/merge-claims.ts";
import { lockForReview, ReviewError } from "./review-error.ts";
import { readSetDraft } from "./set-draft.ts";
import {
  describeProposal,
  findProposalId,
  idOf,
  type WaitingProposal,
} from "./waiting-proposal.ts";

/** The proposals of the project that wait for a person. Nothing is changed. */
export async function listProposals(projectDir: string): Promise<readonly WaitingProposal[]> {
  await checkFolders(projectDir);
  const folders = foldersOf(projectDir);
  const proposals = await readProposals(folders.proposals);
  const files = await readWiki(folders.wiki);
  const ledger = await recallLedger(folders, files);
  return [...proposals.values()].map((one) => describeProposal(one, ledger, files));
}

/**
 * The `id` of the waiting proposal that a person names: by its id, by its page, or by its file below `.ktx/ingest`.
 *
 * @returns undefined where none has this name.
 */
export async function resolveProposalId(
  projectDir: string,
  name: string,
): Promise<string | undefined> {
  await checkFolders(projectDir);
  const proposals = await readProposals(foldersOf(projectDir).proposals);
  return findProposalId(proposals.values(), name);
}

export interface ReviewInput {
  readonly projectDir: string;
  /** The `id` of a proposal, or another name that `resolveProposalId` knows. */
  readonly id: string;
  /** `accept` changes the page, or adds the claims of a set and flags them as a contradiction. */
  readonly verdict: "accept" | "reject";
  /** The `version` that the person has seen: another one is not settled. @default whatever waits now */
  readonly version?: string | undefined;
  /** With `accept`: the edited `draft`, which is taken in place of the proposed text. */
  readonly edited?: EditedDraft | undefined;
}

export interface EditedDraft {
  readonly text: string;
  /** The text that the page had when the draft was made; absent for no page, and for a set. */
  readonly current?: string | undefined;
}

/**
 * Settles one proposal.
 *
 * @returns the pages that changed.
 * @throws {ReviewError} for an unknown one, for one of another version, for a text with conflict marks, for an edited draft that may not stand, and
 * while an ingest runs.
 */
export async function reviewProposal(input: ReviewInput): Promise<readonly string[]> {
  const { projectDir, id, verdict, version, edited } = input;
  const folders = foldersOf(projectDir);
  // A folder in which no ingest has run stays as it is.
  if (!(await hasState(projectDir)))
    throw new ReviewError(`Expected a proposal, got ${id}: no proposal waits.`);
  await makeState(projectDir);
  await using _lock = await lockForReview(folders);
  await recoverApply(folders);
  const proposals = await readProposals(folders.proposals);
  const named = findProposalId(proposals.values(), id);
  const found = [...proposals].find(([, one]) => idOf(one) === named);
  if (found === undefined)
    throw new ReviewError(
      proposals.size === 0
        ? `Expected a proposal, got ${id}: no proposal waits.`
        : `Expected one of ${[...proposals.values()].map(idOf).join(", ")}; got ${id}.`,
    );
  const [file, proposal] = found;
  const files = await readWiki(folders.wiki);
  const ledger = await recallLedger(folders, files);
  if (version !== undefined && describeProposal(proposal, ledger, files).version !== version)
    throw new ReviewError(
      `Expected ${id} as it was shown, got another proposal: the page or its sources have changed since. Nothing has changed; look at it once more.`,
    );
  const change =
    verdict === "accept" ? accept(proposal, ledger, files, edited) : reject(proposal, ledger);
  for (const { page } of change.changes) {
    const block = await findBlock(folders.wiki, page);
    if (block !== undefined)
      throw new ReviewError(`${block} Move it away, then accept the proposal again.`);
  }
  const apply: ApplyInput = {
    folders,
    id: await makeApplyId(folders, Date.now()),
    changes: change.changes,
    ledgerBefore: writeLedger(ledger),
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

function accept(
  proposal: Proposal,
  ledger: Ledger,
  files: WikiFiles,
  edited: EditedDraft | undefined,
): Review {
  return proposal.kind === "page"
    ? acceptPage(proposal, ledger, files, edited)
    : acceptSet(proposal, ledger, files, edited);
}

function acceptPage(
  proposal: Extract<Proposal, { kind: "page" }>,
  ledger: Ledger,
  files: WikiFiles,
  edited: EditedDraft | undefined,
): Review {
  const { page } = proposal;
  const waiting = describeProposal(proposal, ledger, files);
  if (waiting.kind !== "page") throw new Error(`The proposal of ${page} is not about a page.`);
  if (files.blocked.has(page))
    throw new ReviewError(`${files.blocked.get(page)} Correct it or move it away.`);
  const { current, proposed } = waiting;
  if (edited !== undefined && edited.current !== current)
    throw new ReviewError(
      `Expected ${page} as it was when the editor opened, got another text. Edit the proposal once more.`,
    );
  if (edited === undefined ? waiting.hasConflicts : hasConflictMarks(edited.text))
    throw new ReviewError(
      `Expected a text without conflicts: you and the sources changed the same lines of ${page}. Settle them with --edit.`,
    );
  if (edited?.text.trim() === "")
    throw new ReviewError(
      `Expected the text of ${page}, got an empty one. Reject the proposal to leave the page as it is.`,
    );
  return {
    changes: [{ page, before: current, after: edited?.text ?? proposed }],
    ledger: settleBase(page, ledger),
    proposals: [],
  };
}

function acceptSet(
  { patch: proposed }: Extract<Proposal, { kind: "set" }>,
  ledger: Ledger,
  files: WikiFiles,
  edited: EditedDraft | undefined,
): Review {
  const patch = edited === undefined ? proposed : readSetDraft(proposed, edited.text);
  const base = new Map(Object.entries(ledger.pages));
  const sorted = sortPatches(base, [patch], files.texts);
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
  const next =
    proposal.kind === "page"
      ? settleBase(proposal.page, ledger)
      : { ...ledger, rejected: [...(ledger.rejected ?? []), ...rejectedOf(proposal.patch)] };
  return { changes: [], ledger: next, proposals: [] };
}

/** Later changes of the page are proposed on top of what was decided now. */
function settleBase(page: string, ledger: Ledger): Ledger {
  const known = ledger.pages[page];
  return known === undefined
    ? ledger
    : { ...ledger, bases: { ...ledger.bases, [page]: renderPage(page, known) } };
}
