import type { UnitStore } from "@ktx/batch";
import type { IngestOptions } from "../ingest-options.ts";
import type { PreparedIngest } from "../plan/prepare-ingest.ts";
import type { Workers } from "../workers/follow-units.ts";
import type { WorkPacker } from "../workers/pack-work.ts";
import type { Recipes } from "./recipes.ts";

/** The most steps of one unit. */
export const defaultStepBudget = 30;

/** All that the stages of one run share. */
export interface IngestStage {
  readonly options: IngestOptions;
  readonly prepared: PreparedIngest;
  readonly recipes: Recipes;
  readonly store: UnitStore;
  /** Makes the payloads where other machines may run the units. */
  readonly packer: WorkPacker | undefined;
  /** Undefined where this process runs the units itself. */
  readonly workers: Workers | undefined;
  readonly now: () => number;
  readonly startedAtMs: number;
}
