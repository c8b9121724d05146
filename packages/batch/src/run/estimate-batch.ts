import type { UnitRecord } from "../unit.ts";

export interface BatchEstimate {
  readonly units: number;
  /** The number of finished units that the figures come from; without any there are no figures. */
  readonly samples: number;
  readonly tokens?: number;
  /** Milliseconds with the given concurrency, without waits for limits. */
  readonly ms?: number;
}

export interface EstimateInput {
  /** The units to estimate. */
  readonly open: readonly { readonly group: string; readonly weight: number }[];
  /** Finished units. Where some are of the same group, only those count for it. */
  readonly samples: readonly Pick<UnitRecord, "group" | "weight" | "usage">[];
  readonly concurrency: number;
}

/** The expected cost of units: their weights at the rates of finished ones. */
export function estimateBatch({ open, samples, concurrency }: EstimateInput): BatchEstimate {
  const units = open.length;
  if (samples.length === 0 || units === 0) return { units, samples: samples.length };
  const overall = rateOf(samples);
  const rates = new Map(
    [...Map.groupBy(samples, ({ group }) => group)].map(([group, own]) => [group, rateOf(own)]),
  );
  let tokens = 0;
  let ms = 0;
  for (const { group, weight } of open) {
    const rate = rates.get(group) ?? overall;
    tokens += rate.tokens * weight;
    ms += rate.ms * weight;
  }
  const width = Math.min(concurrency, units);
  return { units, samples: samples.length, tokens: Math.round(tokens), ms: Math.round(ms / width) };
}

interface Rate {
  readonly tokens: number;
  readonly ms: number;
}

/** Tokens and milliseconds for a weight of 1. */
function rateOf(samples: EstimateInput["samples"]): Rate {
  let weight = 0;
  let tokens = 0;
  let ms = 0;
  for (const sample of samples) {
    weight += sample.weight;
    tokens += sample.usage.tokens;
    ms += sample.usage.ranMs;
  }
  // Samples without any weight say nothing of units that have one.
  return weight === 0 ? { tokens: 0, ms: 0 } : { tokens: tokens / weight, ms: ms / weight };
}
