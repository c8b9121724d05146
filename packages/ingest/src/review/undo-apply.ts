import { type ApplyRecord, listRecords, makeApplyId, readRecord } from "../apply/apply-record.ts";
import { commitApply, recoverApply } from "../apply/commit-apply.ts";
import { emptyLedger, type Ledger, parseLedger, writeLedger } from "../apply/ledger.ts";
import type { PageChange } from "../apply/plan-apply.ts";
import { foldersOf, hasState, makeState } from "../apply/project-folders.ts";
import { fileOfPage, parseProposal, type Proposal, proposalFile } from "../apply/proposals.ts";
import { readWiki, type WikiFiles } from "../apply/read-wiki.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import { isSameText, keepForm } from "../apply/text-form.ts";
import { lockForReview, ReviewError } from "./review-error.ts";
import { idOf } from "./waiting-proposal.ts";

/** The result of taking an apply back; the object that `ktx wiki undo --json` prints. */
export interface UndoReport {
  readonly version: 1;
  /** The apply that was taken back. */
  readonly undone: string;
  readonly pages: {
    /** They have the text from before. */
    readonly restored: readonly string[];
    /** The apply had created them. */
    readonly removed: readonly string[];
    /** Somebody edited them since: they stay, and the text from before is a proposal. */
    readonly proposed: readonly string[];
  };
  /** The ids of the proposals that wait again, such as one whose review was taken back. */
  readonly waiting: readonly string[];
}

export interface UndoInput {
  readonly projectDir: string;
  /** Milliseconds since the epoch. @default Date.now() */
  readonly nowMs?: number;
}

/**
 * Takes back the last apply that stands: of an ingest, a scan or a review. The next call takes back the one before.
 * The results of the units stay, so that the next ingest reads none of the same sources again.
 *
 * @throws {ReviewError} where none is left, and while an ingest runs.
 */
export async function undoApply({ projectDir, nowMs }: UndoInput): Promise<UndoReport> {
  const folders = foldersOf(projectDir);
  // A folder in which no ingest has run stays as it is.
  if (!(await hasState(projectDir))) throw nothingLeft();
  await makeState(projectDir);
  await using _lock = await lockForReview(folders);
  await recoverApply(folders);
  const records: ApplyRecord[] = [];
  for (const id of await listRecords(folders)) records.push(await readRecord(folders, id));
  const undone = new Set(records.map(({ undoes }) => undoes));
  const last = records.findLast(({ id, undoes }) => undoes === undefined && !undone.has(id));
  if (last === undefined) throw nothingLeft();
  const files = await readWiki(folders.wiki);
  const ledger = await recallLedger(folders, files);
  const plan = planUndo(last, ledger, files);
  const proposals = [...(last.settledTexts ?? []), ...plan.proposals.map(proposalFile)];
  const kept = new Set(proposals.map(({ file }) => file));
  const own = [
    ...last.proposals.map(({ file }) => file),
    ...(last.passed ?? []).map((page) => fileOfPage(page)),
  ];
  const { passed } = await commitApply({
    folders,
    id: await makeApplyId(folders, nowMs ?? Date.now()),
    changes: plan.changes,
    ledgerBefore: writeLedger(ledger),
    ledger: writeLedger(plan.ledger),
    proposals,
    settled: own.filter((file) => !kept.has(file)),
    undoes: last.id,
  });
  const landed = plan.changes.filter(({ page }) => !passed.includes(page));
  const namesOf = (changes: readonly PageChange[]): readonly string[] =>
    changes.map(({ page }) => page);
  return {
    version: 1,
    undone: last.id,
    pages: {
      restored: namesOf(landed.filter(({ after }) => after !== undefined)),
      removed: namesOf(landed.filter(({ after }) => after === undefined)),
      proposed: [
        ...plan.proposals.flatMap((one) => (one.kind === "page" ? [one.page] : [])),
        ...passed,
      ],
    },
    waiting: (last.settledTexts ?? []).map(({ text }) => idOf(parseProposal(text))),
  };
}

function nothingLeft(): ReviewError {
  return new ReviewError(
    "Expected an ingest, a scan or a review to take back; none is left. The last 20 are kept.",
  );
}

interface UndoPlan {
  readonly changes: readonly PageChange[];
  readonly proposals: readonly Proposal[];
  readonly ledger: Ledger;
}

/** The changes that take an apply back. Pure. */
function planUndo(record: ApplyRecord, ledger: Ledger, { texts, blocked }: WikiFiles): UndoPlan {
  const before = record.ledgerBefore === null ? emptyLedger : parseLedger(record.ledgerBefore);
  const bases = new Map(Object.entries(before.bases));
  const changes: PageChange[] = [];
  const proposals: Proposal[] = [];
  for (const { page, before: was, after } of record.changes) {
    if (record.passed?.includes(page) === true) continue;
    const current = texts.get(page);
    const old = was ?? undefined;
    if (isSameText(current, old) && !blocked.has(page)) continue;
    if (isSameText(current, after ?? undefined) && !blocked.has(page)) {
      const isFormed = old === undefined || current === after;
      changes.push({ page, before: current, after: isFormed ? old : keepForm(old, current) });
      continue;
    }
    // A person's text is merged from the text that it began with.
    bases.set(page, ledger.bases[page] ?? after ?? "");
    proposals.push({
      kind: "page",
      page,
      reason: blocked.get(page) ?? "A person edited this page since, and the ingest is taken back.",
      ...(old !== undefined && { text: old, base: after ?? "" }),
      hasConflicts: false,
    });
  }
  return { changes, proposals, ledger: { ...before, bases: Object.fromEntries(bases) } };
}
