import { basename } from "node:path";
import { type ApplyInput, commitApply, keepLedger, recoverApply } from "./apply/commit-apply.ts";
import { makeApplyId } from "./apply/apply-record.ts";
import { concludeIngest, type DoneUnit, sortIngest } from "./apply/conclude-ingest.ts";
import { writeLedger } from "./apply/ledger.ts";
import { lockProject } from "./apply/lock-project.ts";
import { openOwnStore } from "./apply/open-own-store.ts";
import { foldersOf, makeState } from "./apply/project-folders.ts";
import { countWaiting, proposalFile, readProposals } from "./apply/proposals.ts";
import { readWiki } from "./apply/read-wiki.ts";
import type { IngestEvent } from "./ingest-event.ts";
import type { IngestOptions } from "./ingest-options.ts";
import type { IngestReport } from "./ingest-report.ts";
import { prepareIngest, type PreparedIngest } from "./plan/prepare-ingest.ts";
import { judgeSets } from "./reconcile/judge-sets.ts";
import { keepPages, patchSchema } from "./reconcile/patch.ts";
import { extractUnits } from "./run/extract-units.ts";
import { defaultStepBudget, type IngestStage } from "./run/ingest-stage.ts";
import { openRun } from "./run/open-run.ts";
import { loadRecipes } from "./run/recipes.ts";
import type { UnitsEnd } from "./run/run-units.ts";
import { checkResults } from "./workers/check-results.ts";
import { createTimeSheet } from "./time-sheet.ts";
import { createWorkPacker } from "./workers/pack-work.ts";
import { readProjectId } from "./workers/project-id.ts";

/**
 * Reads sources into the wiki. Whatever ends a run, the next one with the same sources goes on from there: what is done
 * is not asked again. The wiki changes once, at the end.
 *
 * @throws {ProjectBusyError} while another ingest of the project runs; {StoreError} for a store that cannot be written.
 */
export async function ingest(options: IngestOptions): Promise<IngestReport> {
  const sheet = createTimeSheet(options.clock?.monotonicNow ?? (() => performance.now()));
  const onEvent = (event: IngestEvent): void => {
    sheet.note(event);
    options.onEvent?.(event);
  };
  const report = await performIngest({ ...options, onEvent });
  const waiting = await countWaiting(foldersOf(options.projectDir).proposals);
  return { ...report, waiting, times: sheet.read() };
}

async function performIngest(
  options: IngestOptions,
): Promise<Omit<IngestReport, "times" | "waiting">> {
  const { projectDir, cwd = projectDir, paths, models, onEvent } = options;
  const now = options.clock?.now ?? ((): number => Date.now());
  const folders = foldersOf(projectDir);
  await makeState(projectDir);
  // The own store goes first: it loads SQLite without the warning of Node 22.
  await using ownStore = await openOwnStore(folders);
  const store = options.store ?? ownStore;
  await using _lock = await lockProject(folders.lock);
  await recoverApply(folders);
  const recipes = await loadRecipes(models);
  const { concurrency = 4, onlyFailed = false, gone = false } = options;
  const recipe = recipes.unit;
  const prepared = await prepareIngest({
    projectDir,
    cwd,
    paths,
    recipe,
    concurrency,
    onlyFailed,
    gone,
    store,
  });
  const { plan } = prepared;
  onEvent?.({ type: "planned", plan });
  const waiting = await readProposals(folders.proposals);
  const run = await openRun(folders, plan, now());
  const { startedAtMs } = run;
  const packer =
    options.store === undefined
      ? undefined
      : createWorkPacker({
          store,
          sources: prepared.sources,
          wiki: { startedAtMs, texts: prepared.files.texts },
          recipes,
          stepBudget: options.stepBudget ?? defaultStepBudget,
        });
  const { groups = ["model"], name = "ktx ingest" } = options.workers ?? {};
  const workers =
    options.store === undefined || options.workers === undefined
      ? undefined
      : { project: await readProjectId(folders), label: basename(projectDir), name, groups };
  const base = { options, prepared, recipes, store, packer, workers };
  const stage: IngestStage = { ...base, now, startedAtMs };

  onEvent?.({ type: "stage", stage: "extract", units: plan.units.length });
  const ends = await extractUnits(stage);
  const extracted = options.store === undefined ? ends : checkResults(ends, prepared);
  const read = plan.units.flatMap((unit) => {
    const result = patchSchema.safeParse(extracted.results.get(unit.key));
    return result.success ? [{ unit, ...keepPages(result.data) }] : [];
  });
  const done: readonly DoneUnit[] = read.map(({ unit, patch }) => ({ unit, patch }));
  const refused = new Set(read.flatMap((one) => one.refused));
  const sortedPatches = sortIngest({ prepared, done, waiting, isRetried: onlyFailed });
  const isToEnd = extracted.ended !== "finished" && options.applyPartial !== true;
  const judged =
    isToEnd || options.signal?.aborted === true
      ? undefined
      : await judgeSets(stage, sortedPatches.sorted.sets, extracted);
  const ended =
    judged === undefined || judged.ended === "finished" ? extracted.ended : judged.ended;
  const blocked = extracted.failure ?? judged?.failure;
  const report = {
    version: 1,
    ended,
    ...(blocked !== undefined && { blocked }),
    units: countUnits(prepared, extracted, done),
    failures: plan.units.flatMap(({ key, source, from, to }) => {
      const failure = extracted.failures.get(key);
      return failure === undefined ? [] : [{ source, from, to, failure }];
    }),
    skipped: [
      ...plan.skipped,
      ...[...refused].map((path) => ({ path, reason: "No page can have this name." })),
    ],
    tokens: extracted.tokens + (judged?.tokens ?? 0),
  } as const;
  const isKept =
    judged === undefined ||
    ended === "interrupted" ||
    (ended !== "finished" && options.applyPartial !== true);
  if (isKept) return { ...report, ...nothingApplied, outcome: "kept" };

  // Read once more, so that an edit during the run is seen.
  const files = await readWiki(folders.wiki);
  const updated = new Date(run.startedAtMs).toISOString().slice(0, 10);
  const conclusion = concludeIngest({
    prepared,
    done,
    ...sortedPatches,
    decided: judged.decided,
    held: judged.held,
    waiting,
    files,
    updated,
  });
  const { changes, settled } = conclusion;
  const { joined } = sortedPatches.sorted;
  const proposals = conclusion.proposals.map(proposalFile);
  const ledger = writeLedger(conclusion.ledger);
  const before = writeLedger(prepared.ledger);
  const apply: ApplyInput = {
    folders,
    id: await makeApplyId(folders, now()),
    changes,
    ledgerBefore: before,
    ledger,
    proposals,
    settled,
  };
  const isUnchanged = changes.length + proposals.length + settled.length === 0 && ledger === before;
  onEvent?.({ type: "stage", stage: "apply", units: changes.length });
  if (isUnchanged) await keepLedger(folders, prepared.ledger);
  const passed = isUnchanged ? [] : (await commitApply(apply)).passed;
  const landed = changes.filter(({ page }) => !passed.includes(page));
  return {
    ...report,
    outcome: isUnchanged ? "unchanged" : "applied",
    pages: {
      created: landed.flatMap(({ page, before: was }) => (was === undefined ? [page] : [])),
      changed: landed.flatMap(({ page, before: was, after }) =>
        was !== undefined && after !== undefined ? [page] : [],
      ),
      removed: landed.flatMap(({ page, after }) => (after === undefined ? [page] : [])),
      proposed: [
        ...conclusion.proposals.flatMap((one) => (one.kind === "page" ? [one.page] : [])),
        ...passed,
      ],
    },
    ...(joined.length > 0 && { joined }),
    retiredClaims: conclusion.retired,
    contradictions: conclusion.flagged.length,
    flagged: conclusion.flagged,
    heldSets: judged.held.length,
    ...(!isUnchanged && { apply: apply.id }),
  };
}

const nothingApplied: Pick<
  IngestReport,
  "pages" | "retiredClaims" | "contradictions" | "flagged" | "heldSets"
> = {
  pages: { created: [], changed: [], removed: [], proposed: [] },
  retiredClaims: 0,
  contradictions: 0,
  flagged: [],
  heldSets: 0,
};

function countUnits(
  { plan }: PreparedIngest,
  { failures }: UnitsEnd,
  done: readonly DoneUnit[],
): IngestReport["units"] {
  return {
    done: done.length,
    failed: failures.size,
    open: plan.units.length - done.length - failures.size,
    unchanged: plan.unchanged.length,
  };
}
