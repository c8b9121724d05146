import type { UnitRecord, UnitUsage } from "../unit.ts";

/** The expected cost of units that have no result yet. */
export interface BatchEstimate {
  /** The number of these units. */
  readonly units: number;
  /** The sum of their weights. */
  readonly weight: number;
  /** The number of finished units that the figures come from; without any there are no figures. */
  readonly samples: number;
  /** Tokens of all of them together. */
  readonly tokens?: number;
  /** Milliseconds with the given concurrency, without waits for limits. */
  readonly ms?: number;
}

export interface EstimateInput {
  /** The units to estimate. One that has failed is expected to use no less than `usage`, that of its last run. */
  readonly open: readonly {
    readonly group: string;
    readonly weight: number;
    readonly usage?: UnitUsage | undefined;
  }[];
  /** Finished units. Where some are of the same group, only those count for it. */
  readonly samples: readonly Pick<UnitRecord, "group" | "weight" | "usage">[];
  readonly concurrency: number;
}

/**
 * The expected cost of units: what finished ones cost for each unit, such as for instructions that all have, and for
 * their weights. Where the weights of these hardly differ, the cost is in proportion to the weight.
 */
export function estimateBatch({ open, samples, concurrency }: EstimateInput): BatchEstimate {
  const units = open.length;
  const known = { units, weight: sum(open.map(({ weight }) => weight)), samples: samples.length };
  if (samples.length === 0 || units === 0) return known;
  const overall = costOf(samples);
  const costs = new Map(
    [...Map.groupBy(samples, ({ group }) => group)].map(([group, own]) => [group, costOf(own)]),
  );
  let tokens = 0;
  let ms = 0;
  for (const { group, weight, usage } of open) {
    const cost = costs.get(group) ?? overall;
    tokens += Math.max(cost.tokens.fixed + cost.tokens.perWeight * weight, usage?.tokens ?? 0);
    ms += Math.max(cost.ms.fixed + cost.ms.perWeight * weight, usage?.ranMs ?? 0);
  }
  const width = Math.min(concurrency, units);
  return { ...known, tokens: Math.round(tokens), ms: Math.round(ms / width) };
}

/** The part of a unit's usage that the attempts have which failed since it was added or retried. Pure. */
export function usageOfFailures({
  usage,
  failures,
  attempt,
}: Pick<UnitRecord, "usage" | "failures" | "attempt">): UnitUsage {
  const share = failures / Math.max(1, attempt);
  return { tokens: usage.tokens * share, ranMs: usage.ranMs * share };
}

/** The parts of the cost of a unit; none is below 0. */
interface Cost {
  readonly fixed: number;
  readonly perWeight: number;
}

function costOf(samples: EstimateInput["samples"]): {
  readonly tokens: Cost;
  readonly ms: Cost;
} {
  const weights = samples.map(({ weight }) => weight);
  return {
    tokens: fit(
      weights,
      samples.map(({ usage }) => usage.tokens),
    ),
    ms: fit(
      weights,
      samples.map(({ usage }) => usage.ranMs),
    ),
  };
}

/** The line of least squares through the costs of weights. */
function fit(weights: readonly number[], costs: readonly number[]): Cost {
  const count = weights.length;
  const [meanWeight, meanCost] = [sum(weights) / count, sum(costs) / count];
  // Units without any weight say nothing of what a weight costs.
  if (meanWeight === 0) return { fixed: meanCost, perWeight: 0 };
  const spread = sum(weights.map((weight) => (weight - meanWeight) ** 2));
  const isTold = count >= 3 && Math.sqrt(spread / count) >= 0.25 * meanWeight;
  if (!isTold) return { fixed: 0, perWeight: meanCost / meanWeight };
  const together = weights.map((weight, at) => (weight - meanWeight) * (costs[at] ?? 0));
  const perWeight = sum(together) / spread;
  const fixed = meanCost - perWeight * meanWeight;
  if (perWeight < 0) return { fixed: meanCost, perWeight: 0 };
  return fixed < 0 ? { fixed: 0, perWeight: meanCost / meanWeight } : { fixed, perWeight };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
