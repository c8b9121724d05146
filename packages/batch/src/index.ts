export { attempt, type OnAttemptMetrics } from "./run/attempt.ts";
export { type BatchClock, machineClock, setByStore } from "./run/batch-clock.ts";
export type { BatchEvent } from "./run/batch-event.ts";
export { batchIdOf } from "./run/batch-id.ts";
export type {
  BatchBudget,
  LimitPolicy,
  RetryPolicy,
  RunBatchOptions,
  UnitContext,
} from "./run/batch-options.ts";
export {
  type BatchEstimate,
  estimateBatch,
  type EstimateInput,
  usageOfFailures,
} from "./run/estimate-batch.ts";
export { followBatch, type FollowOptions } from "./run/follow-batch.ts";
export type { PlanEstimate } from "./run/plan-batch.ts";
export { type BatchReport, runBatch } from "./run/run-batch.ts";
export type { UnitLimit, UnitOutcome } from "./run/unit-outcome.ts";
export type { OpenBatch, WorkContext, WorkEvent, WorkOptions } from "./run/work-options.ts";
export { workOnBatches, type WorkReport } from "./run/work-on-batches.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export { StoreError, type StoreErrorKind } from "./store-error.ts";
export type {
  FullUnitRecord,
  Unit,
  UnitFailure,
  UnitRecord,
  UnitState,
  UnitUsage,
} from "./unit.ts";
export type {
  Added,
  BatchName,
  BatchRecord,
  Claim,
  ClaimAnswer,
  ClaimAsk,
  Completion,
  Failing,
  GroupCounts,
  Holding,
  Pause,
  UnitCounts,
  UnitFilter,
  UnitStore,
} from "./unit-store.ts";
