import type { Claim, ClaimAnswer } from "../unit-store.ts";
import type { OpenBatch } from "./work-options.ts";

export interface ClaimRound {
  readonly batches: readonly OpenBatch[];
  /** The groups that may be claimed from now; undefined for all. */
  readonly passable: readonly string[] | undefined;
  /** Each round begins with another batch, so that none waits for the end of the others. */
  readonly turn: number;
  readonly claim: (batchId: string, groups: readonly string[]) => Promise<ClaimAnswer>;
}

export type RoundAnswer =
  | { readonly type: "claimed"; readonly claim: Claim; readonly batchId: string }
  | {
      readonly type: "none";
      /** True where a batch has units that are neither done nor set aside. */
      readonly hasOpenUnits: boolean;
      readonly nextInMs?: number;
    };

/** Asks one batch after the other for a unit. */
export async function claimFromBatches(round: ClaimRound): Promise<RoundAnswer> {
  const { batches, passable, turn, claim } = round;
  let hasOpenUnits = false;
  let nextInMs: number | undefined;
  for (let index = 0; index < batches.length; index += 1) {
    const batch = batches[(index + turn) % batches.length];
    if (batch === undefined) continue;
    const groups = batch.groups.filter((group) => passable?.includes(group) ?? true);
    // The worker itself keeps the others shut, so that they have units.
    if (groups.length < batch.groups.length) hasOpenUnits = true;
    if (groups.length === 0) continue;
    const answer = await claim(batch.id, groups);
    if (answer.type === "claimed") return { ...answer, batchId: batch.id };
    if (answer.hasOpenUnits) hasOpenUnits = true;
    if (answer.nextInMs !== undefined)
      nextInMs = Math.min(nextInMs ?? answer.nextInMs, answer.nextInMs);
  }
  return { type: "none", hasOpenUnits, ...(nextInMs !== undefined && { nextInMs }) };
}
