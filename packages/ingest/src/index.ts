export { ingest } from "./ingest.ts";
export { keepNote, keepPage, type NoteInput } from "./keep-note.ts";
export { previewIngest } from "./preview-ingest.ts";
export type { IngestEvent } from "./ingest-event.ts";
export type { IngestModels, IngestOptions } from "./ingest-options.ts";
export { exitCodeOfIngest, type FailedUnit, type IngestReport } from "./ingest-report.ts";
export { ProjectBusyError } from "./apply/lock-project.ts";
export { MissingSourcesError } from "./plan/missing-sources.ts";
export type { IngestEstimate } from "./plan/estimate-ingest.ts";
export type { IngestPlan, PlannedUnit } from "./plan/plan-ingest.ts";
export { readEndings } from "./read/read-source.ts";
export { decodeText, type SourceKind, sourceKinds, UnreadableSource } from "./read/source-text.ts";
export { UnreadableDatabaseError } from "./scan/open-tables.ts";
export { scan, type ScanOptions, type ScanReport } from "./scan/scan.ts";
export { openSourceTexts } from "./read/open-source-texts.ts";
export {
  type EditedDraft,
  listProposals,
  type ReviewInput,
  resolveProposalId,
  reviewProposal,
} from "./review/review.ts";
export { announcements, findOpenRuns, findRunStates, type OpenRun } from "./workers/open-runs.ts";
export { findCoordinators, type KnownCoordinator } from "./workers/coordinator-notes.ts";
export { findWorkers, type KnownWorker } from "./workers/worker-notes.ts";
export { nameOfWork, workOnIngests, type WorkOnIngestsOptions } from "./workers/work-on-ingests.ts";
export {
  type IngestWorker,
  type IngestWorkerOptions,
  openIngestWorker,
} from "./workers/open-worker.ts";
export { ReviewError } from "./review/review-error.ts";
export { undoApply, type UndoInput, type UndoReport } from "./review/undo-apply.ts";
export type { WaitingProposal } from "./review/waiting-proposal.ts";
export { type FlaggedContradiction, listContradictions } from "./review/list-contradictions.ts";
export type { IngestTimes } from "./time-sheet.ts";
