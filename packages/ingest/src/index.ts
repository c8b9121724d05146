export { ingest } from "./ingest.ts";
export type { IngestEvent } from "./ingest-event.ts";
export type { IngestModels, IngestOptions } from "./ingest-options.ts";
export { exitCodeOfIngest, type FailedUnit, type IngestReport } from "./ingest-report.ts";
export { ProjectBusyError } from "./apply/lock-project.ts";
export type { IngestEstimate, IngestPlan, PlannedUnit } from "./plan/plan-ingest.ts";
export { readEndings } from "./read/read-source.ts";
export { type SourceKind, sourceKinds } from "./read/source-text.ts";
export { openSourceTexts } from "./read/open-source-texts.ts";
