import { z } from "zod";
import type { PlannedUnit } from "../plan/plan-ingest.ts";
import type { UnitRecipe } from "../plan/unit-key.ts";
import { sourceKinds } from "../read/source-text.ts";
import type { ConflictSet, SetClaim } from "../reconcile/conflict-sets.ts";
import { claimSchema } from "../reconcile/patch.ts";

/**
 * The payload of a unit in a store that other machines share: all that it takes to run the unit, but for the runtime and
 * the prompts. Big texts are addresses of blobs in the same store.
 */
export type IngestWork = {
  readonly version: 1;
  /** The parts of the key; a process with another prompt or another model does not run it. */
  readonly recipe: UnitRecipe;
  readonly stepBudget: number;
} & (
  | {
      readonly type: "read";
      readonly unit: PlannedUnit;
      /** The blob with the lines of the unit's part of the source, a JSON array. */
      readonly lines: string;
      /** The blob with the wiki as of the start of the run, a `WikiBlob` in JSON. */
      readonly wiki: string;
    }
  | {
      readonly type: "compare";
      readonly set: ConflictSet;
      /** The blobs with the lines of the cited sources, by path. */
      readonly lines: Readonly<Record<string, string>>;
    }
);

/** The wiki as of the start of a run. */
export interface WikiBlob {
  /** Milliseconds since the epoch; the time by which pages are new or old. */
  readonly startedAtMs: number;
  /** The pages' Markdown by name. */
  readonly texts: Readonly<Record<string, string>>;
}

const address = z.string().startsWith("sha256:");

const recipe: z.ZodType<UnitRecipe> = z.object({
  prompt: z.string(),
  tools: z.string(),
  model: z.string(),
});

const unit: z.ZodType<PlannedUnit> = z.object({
  key: z.string(),
  source: z.string(),
  kind: z.enum(sourceKinds),
  from: z.int().min(1),
  to: z.int().min(1),
  tokens: z.number(),
});

const setClaim: z.ZodType<SetClaim> = z.intersection(
  claimSchema,
  z.object({ page: z.string(), isWritten: z.boolean() }),
);

const shared = { version: z.literal(1), recipe, stepBudget: z.int().min(1) };

export const ingestWorkSchema: z.ZodType<IngestWork> = z.discriminatedUnion("type", [
  z.object({ ...shared, type: z.literal("read"), unit, lines: address, wiki: address }),
  z.object({
    ...shared,
    type: z.literal("compare"),
    set: z.object({ claims: z.array(setClaim).min(1) }),
    lines: z.record(z.string(), address),
  }),
]);

export const linesSchema: z.ZodType<readonly string[]> = z.array(z.string());

export const wikiBlobSchema: z.ZodType<WikiBlob> = z.object({
  startedAtMs: z.number(),
  texts: z.record(z.string(), z.string()),
});
