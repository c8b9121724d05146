import { join, relative, resolve, sep } from "node:path";
import { type UnitStore, usageOfFailures } from "@ktx/batch";
import type { Ledger } from "../apply/ledger.ts";
import { foldersOf } from "../apply/project-folders.ts";
import { findBrokenProposals } from "../apply/proposals.ts";
import { recallLedger } from "../apply/recall-ledger.ts";
import { isBrokenMemory, memoryName } from "../apply/wiki-memory.ts";
import { readWiki, type WikiFiles } from "../apply/read-wiki.ts";
import type { WikiPages } from "../page/wiki-page.ts";
import { findSources, nothingThere } from "../read/find-sources.ts";
import { readSource } from "../read/read-source.ts";
import type { SourceText } from "../read/source-text.ts";
import { type IngestPlan, planIngest } from "./plan-ingest.ts";
import { estimateIngest, readSamples } from "./estimate-ingest.ts";
import { findGoneSources, isBelow } from "./missing-sources.ts";
import { findMovedSources, type MovedSource } from "./moved-sources.ts";
import type { UnitRecipe } from "./unit-key.ts";

export interface PrepareInput {
  readonly projectDir: string;
  readonly cwd: string;
  readonly paths: readonly string[];
  readonly recipe: UnitRecipe;
  readonly concurrency: number;
  readonly onlyFailed: boolean;
  /** True where sources that are gone are gone for good, with their folders. */
  readonly gone: boolean;
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
  /** Sources that have another path since. Their claims stay, and are cited there. */
  readonly moved: readonly MovedSource[];
  readonly files: WikiFiles;
}

/** Reads sources, wiki and ledger, and plans the units. Nothing is changed. */
export async function prepareIngest(input: PrepareInput): Promise<PreparedIngest> {
  const { projectDir, cwd, paths, recipe, store, concurrency, onlyFailed, gone } = input;
  const folders = foldersOf(projectDir);
  const found = await findSources({ projectDir, cwd, given: paths });
  const sources = new Map<string, SourceText>();
  const skipped: { readonly path: string; readonly reason: string }[] = [];
  const files = await readWiki(folders.wiki);
  const ledger = await recallLedger(folders, files);
  const base = new Map(Object.entries(ledger.pages));
  const cited = knownSources(ledger, base);
  const emptied: string[] = [];
  for (const path of found.paths) {
    const reading = await readSource(join(projectDir, path), path);
    if (reading.ok) {
      sources.set(path, reading.source);
      const { leftOut } = reading.source;
      if (leftOut !== undefined) skipped.push({ path, reason: leftOut });
      continue;
    }
    const { reason, isEmpty = false } = reading;
    const isCited = cited.has(path);
    // A file that was emptied says nothing any more; one that cannot be read may still say it.
    if (isCited && isEmpty) emptied.push(path);
    const end = isEmpty ? " Its claims go." : " Its claims stay.";
    skipped.push({ path, reason: isCited ? `${reason}${end}` : reason });
  }
  const { sources: applied } = ledger;
  const moved = await findMovedSources({ projectDir, known: cited, applied, sources, recipe });
  const left = new Set(moved.map(({ from }) => from));
  const known = new Set([...cited].filter((path) => !left.has(path)));
  const lost = await findGoneSources({ projectDir, known, found, gone });
  const evicted = [...lost.evicted, ...emptied].toSorted();
  for (const { path, reason } of found.skipped.toReversed()) {
    const place = relative(projectDir, resolve(cwd, path)).split(sep).join("/");
    // The user has said that it is gone.
    if (reason === nothingThere && evicted.some((one) => isBelow(one, place))) continue;
    const stays = known.has(path) && !evicted.includes(path);
    skipped.unshift({ path, reason: stays ? `${reason} Its claims stay.` : reason });
  }
  if (await isBrokenMemory(folders.memory))
    skipped.push({ path: `wiki/${memoryName}`, reason: brokenReason });
  for (const name of await findBrokenProposals(folders.proposals))
    skipped.push({ path: `.ktx/ingest/proposals/${name}`, reason: brokenProposal });
  for (const path of lost.kept) skipped.push({ path, reason: keptReason });
  const plan = planIngest({
    sources: [...sources.values()],
    recipe,
    applied: new Map([
      ...Object.entries(applied),
      ...moved.map(({ to, keys }) => [to, keys] as const),
    ]),
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
  const used = ends
    .filter((end) => onlyFailed && end?.state === "failed")
    .reduce((sum, end) => sum + (end === undefined ? 0 : usageOfFailures(end).tokens), 0);
  return {
    plan: {
      ...plan,
      estimate: estimateIngest({ texts, samples, concurrency, used: Math.round(used) }),
    },
    sources,
    ledger,
    base,
    moved,
    files,
  };
}

const keptReason =
  "Its folder is gone or empty, so its claims stay. If it is really gone, ingest that folder with --gone.";
const brokenProposal =
  "Expected a proposal as ktx wrote it, got another content. It does not wait for you: restore a copy of the file, or remove it.";
const brokenReason =
  "Expected what ktx knows of the pages, got another content, such as the marks of a merge. The state below .ktx counts, and the file is written again. Where pages came with the merge, take one side of it first: git checkout --theirs wiki/.ktx.json";

/** The sources that the wiki has claims of. */
function knownSources(ledger: Ledger, base: WikiPages): ReadonlySet<string> {
  const cited = [...base.values()].flatMap(({ claims }) =>
    claims.flatMap(({ citations }) => citations.map(({ source }) => source)),
  );
  return new Set([...Object.keys(ledger.sources), ...cited]);
}
