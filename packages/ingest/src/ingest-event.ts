import type { BatchEvent } from "@ktx/batch";
import type { IngestPlan } from "./plan/plan-ingest.ts";

/** The progress of an ingest, as data. */
export type IngestEvent =
  | { readonly type: "planned"; readonly plan: IngestPlan }
  /** A stage begins; `extract` asks the model about sources, `reconcile` about claims of different sources. */
  | {
      readonly type: "stage";
      readonly stage: "extract" | "reconcile" | "apply";
      readonly units: number;
    }
  /** A step of a unit. The index is what the step budget counts, so it never exceeds it. */
  | {
      readonly type: "step";
      readonly unit: string;
      readonly stepIndex: number;
      readonly stepBudget: number;
    }
  /**
   * A worker of the store takes no unit of this run: it refuses them for the reason in `refusal`, or it runs `groups`
   * alone, none of which is one of this run's. Once for each worker.
   */
  | {
      readonly type: "worker_aside";
      readonly worker: string;
      /** Null for all. */
      readonly groups: readonly string[] | null;
      readonly refusal?: string;
    }
  /** An event of the units; `unit` names the one that it is about, for people. */
  | { readonly type: "batch"; readonly unit?: string; readonly event: BatchEvent };
