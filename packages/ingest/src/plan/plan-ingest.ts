import type { IngestEstimate } from "./estimate-ingest.ts";
import type { SourceText } from "../read/source-text.ts";
import { estimateTokens, splitSource } from "./split-source.ts";
import { unitKey, type UnitRecipe } from "./unit-key.ts";

export interface PlannedUnit {
  readonly key: string;
  readonly source: string;
  readonly kind: SourceText["kind"];
  readonly from: number;
  readonly to: number;
  /** Of its text; the prompt, the tools and the answers come on top. */
  readonly tokens: number;
}

/** The object that `ktx ingest --plan` prints. */
export interface IngestPlan {
  readonly version: 1;
  /** In the order in which they start and in which their patches are merged. */
  readonly units: readonly PlannedUnit[];
  /** Units whose result is already in the wiki. */
  readonly unchanged: readonly PlannedUnit[];
  /** Sources of the wiki whose file is gone or empty, or is no source any more. */
  readonly evicted: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly estimate: IngestEstimate;
}

export interface PlanInput {
  readonly sources: readonly SourceText[];
  readonly recipe: UnitRecipe;
  /** The keys in the wiki, by source. */
  readonly applied: ReadonlyMap<string, readonly string[]>;
  readonly evicted: readonly string[];
  readonly skipped: IngestPlan["skipped"];
}

/** The units of some sources. Pure. */
export function planIngest(input: PlanInput): Omit<IngestPlan, "estimate"> {
  const { sources, recipe, applied, evicted, skipped } = input;
  const all = sources.flatMap((source) => planSource(source, recipe));
  const isApplied = ({ source, key }: PlannedUnit): boolean =>
    applied.get(source)?.includes(key) === true;
  const units = all.filter((unit) => !isApplied(unit));
  return {
    version: 1,
    units,
    unchanged: all.filter(isApplied),
    evicted,
    skipped,
  };
}

/** The parts of one source. Pure. */
export function planSource(source: SourceText, recipe: UnitRecipe): readonly PlannedUnit[] {
  const { path, reader, kind } = source;
  return splitSource(source).map(({ from, to }) => {
    const lines = source.lines.slice(from - 1, to);
    return {
      key: unitKey({ path, reader, lines }, recipe),
      source: path,
      kind,
      from,
      to,
      tokens: estimateTokens(lines),
    };
  });
}
