import { join } from "node:path";
import type { UnitStore } from "@ktx/batch";
import type { Ledger } from "../apply/ledger.ts";
import { foldersOf } from "../apply/project-folders.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import { readWiki, type WikiFiles } from "../apply/read-wiki.ts";
import type { WikiPages } from "../page/wiki-page.ts";
import { findSources } from "../read/find-sources.ts";
import { readSource } from "../read/read-source.ts";
import type { SourceText } from "../read/source-text.ts";
import { type IngestPlan, planIngest } from "./plan-ingest.ts";
import { estimateIngest, readSamples } from "./estimate-ingest.ts";
import { findGoneSources } from "./missing-sources.ts";
import type { UnitRecipe } from "./unit-key.ts";

export interface PrepareInput {
  readonly projectDir: string;
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly recipe: UnitRecipe;
  readonly concurrency: number;
  readonly onlyFailed: boolean;
  /** Finished units are the rates of the estimate, and what they have read is not read again. */
  readonly store?: UnitStore;
}

/** All that an ingest starts from. */
export interface PreparedIngest {
  readonly plan: IngestPlan;
  readonly sources: ReadonlyMap<string, SourceText>;
  /** As it goes with the pages that are there. */
  readonly ledger: Ledger;
  /** The pages that ktx wrote. */
  readonly base: WikiPages;
  readonly files: WikiFiles;
}

/** Reads sources, wiki and ledger, and plans the units. Nothing is changed. */
export async function prepareIngest(input: PrepareInput): Promise<PreparedIngest> {
  const { projectDir, cwd, paths, recipe, store, concurrency, onlyFailed } = input;
  const folders = foldersOf(projectDir);
  const found = await findSources({ projectDir, cwd, given: paths });
  const sources = new Map<string, SourceText>();
  const skipped = [...found.skipped];
  for (const path of found.paths) {
    const reading = await readSource(join(projectDir, path), path);
    if (reading.ok) sources.set(path, reading.source);
    else skipped.push({ path, reason: reading.reason });
  }
  const files = await readWiki(folders.wiki);
  const ledger = await recallLedger(folders, files);
  const base = new Map(Object.entries(ledger.pages));
  const cited = knownSources(ledger, base);
  const { evicted, kept } = await findGoneSources(projectDir, cited, found);
  for (const path of kept) skipped.push({ path, reason: keptReason });
  const plan = planIngest({
    sources: [...sources.values()],
    recipe,
    applied: new Map(Object.entries(ledger.sources)),
    evicted,
    skipped,
  });
  const samples = store === undefined ? [] : await readSamples(store);
  const ends = (await store?.get(plan.units.map(({ key }) => key))) ?? [];
  const states = new Map(ends.flatMap((end) => (end === undefined ? [] : [[end.key, end.state]])));
  const texts = plan.units.flatMap(({ key, tokens }) => {
    const state = states.get(key);
    const runs = onlyFailed ? state === "failed" : state !== "failed" && state !== "done";
    return runs ? [tokens] : [];
  });
  return {
    plan: { ...plan, estimate: estimateIngest({ texts, samples, concurrency }) },
    sources,
    ledger,
    base,
    files,
  };
}

const keptReason =
  "Its folder is gone, so its claims stay. If it is really gone, give a folder above it.";

/** The sources that the wiki has claims of. */
function knownSources(ledger: Ledger, base: WikiPages): ReadonlySet<string> {
  const cited = [...base.values()].flatMap(({ claims }) =>
    claims.flatMap(({ citations }) => citations.map(({ source }) => source)),
  );
  return new Set([...Object.keys(ledger.sources), ...cited]);
}
