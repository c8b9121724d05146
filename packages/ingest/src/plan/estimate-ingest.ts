import { estimateBatch, type UnitRecord, type UnitStore } from "@ktx/batch";
import { decisionSchema } from "../reconcile/decision.ts";
import { patchSchema } from "../reconcile/patch.ts";

/** The expected cost of an ingest. Tokens are all that the service counts: each request has the whole context so far. */
export interface IngestEstimate {
  /** Units that the model will read; the results of the others are known. */
  readonly units: number;
  readonly tokens: number;
  /** Milliseconds; absent before the first run. */
  readonly ms?: number;
  /** `runs`: as earlier units of this project used. `bytes`: from the size of the texts alone. */
  readonly from: "runs" | "bytes";
}

/** A finished unit: it has read a part of a source, or compared claims. */
export interface UnitSample extends Pick<UnitRecord, "group" | "weight" | "usage"> {
  readonly kind: "read" | "compare";
}

export interface EstimateIngestInput {
  /** The tokens of the text of each unit that is to be read. */
  readonly texts: readonly number[];
  readonly samples: readonly UnitSample[];
  readonly concurrency: number;
  /** The tokens that those of them which have failed used in their last runs: no fewer are expected. @default 0 */
  readonly used?: number;
}

/** Pure. */
export function estimateIngest(input: EstimateIngestInput): IngestEstimate {
  const { texts, concurrency, used = 0 } = input;
  const units = texts.length;
  const costs = texts.map(expectTokens);
  const expected = costs.reduce((sum, cost) => sum + cost, 0);
  // About one comparison for every six units, and none for a single one.
  const compared = Math.floor(units / 6) * expectedComparison;
  const sized = { units, tokens: Math.max(used, expected + compared), from: "bytes" } as const;
  const read = input.samples.filter(({ kind }) => kind === "read");
  const [readTokens, compareTokens] = (["read", "compare"] as const).map((kind) =>
    input.samples
      .filter((one) => one.kind === kind)
      .reduce((sum, { usage }) => sum + usage.tokens, 0),
  );
  if (units === 0 || !readTokens) return sized;
  const { tokens = 0, ms } = estimateBatch({
    open: costs.map((weight) => ({ group: "read", weight })),
    samples: read.map((one) => ({ ...one, group: "read", weight: expectTokens(one.weight) })),
    concurrency,
  });
  const share = 1 + (compareTokens ?? 0) / readTokens;
  return {
    units,
    tokens: Math.round(Math.max(used, tokens * share)),
    ...(ms !== undefined && { ms: Math.round(ms * share) }),
    from: "runs",
  };
}

/**
 * The tokens of a unit, from the tokens of its text. Measured on Codex 0.163 over exec and the app-server with the
 * prompt and tools of a unit: a request begins with 1,500 to 1,600 tokens, and each further step adds the arguments and
 * the result of a call, about 110 tokens besides the text that was read or written. The number of pages is a guess.
 */
export function expectTokens(text: number): number {
  const reads = Math.max(1, Math.ceil(text / readTokensAtOnce));
  const pages = Math.min(mostPages, 1 + Math.ceil(text / 150));
  // Also one search, and the text that ends the work.
  const requests = reads + 1 + pages + 1;
  const fixed = requests * requestTokens + ((requests * (requests - 1)) / 2) * callTokens;
  const read = text * (requests - reads) + (text * (reads - 1)) / 2;
  const written = text * ((pages + 1) / 2);
  const answered = text + requests * 100;
  return Math.round(fixed + read + written + answered);
}

const requestTokens = 1_600;
const callTokens = 110;
/** About 400 lines. */
const readTokensAtOnce = 10_000;
const mostPages = 10;
const expectedComparison = 4_000;

/** The units of the store that were done last, newest first, without those of other commands. */
export async function readSamples(
  store: Pick<UnitStore, "recent" | "get">,
): Promise<readonly UnitSample[]> {
  const recent = await store.recent(100);
  const records = await store.get(recent.map(({ key }) => key));
  return records.flatMap((record): readonly UnitSample[] => {
    if (record === undefined) return [];
    const { group, weight, usage, result } = record;
    if (patchSchema.safeParse(result).success) return [{ kind: "read", group, weight, usage }];
    return decisionSchema.safeParse(result).success
      ? [{ kind: "compare", group, weight, usage }]
      : [];
  });
}
