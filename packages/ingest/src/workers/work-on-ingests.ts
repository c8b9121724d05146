import { randomUUID } from "node:crypto";
import {
  machineClock,
  setByStore,
  type UnitOutcome,
  type WorkEvent,
  workOnBatches,
  type WorkOptions,
  type WorkReport,
} from "@ktx/batch";
import { type IngestWorkerOptions, openIngestWorker } from "./open-worker.ts";
import { ingestWorkSchema } from "./ingest-work.ts";
import { findOpenRuns, type OpenRun } from "./open-runs.ts";
import { noteWorker } from "./worker-notes.ts";

export interface WorkOnIngestsOptions
  extends
    Omit<WorkOptions<unknown>, "findBatches" | "findRefusal" | "run" | "onEvent">,
    Pick<IngestWorkerOptions, "runtime" | "models"> {
  /** The groups whose units this worker runs. @default all */
  readonly groups?: readonly string[];
  /**
   * Called where ingests are open and none has units of a group that this worker runs, with their groups; again where
   * these change.
   */
  readonly onUnusedGroups?: (openGroups: readonly string[]) => void;
  /** Receives each event, and the name of its unit for people. */
  readonly onEvent?: (event: WorkEvent, unit?: string) => void;
}

/** Failures that each unit would meet on this machine, whereas another machine may run them. */
const ownFaults = new Set(["auth", "codex-config", "model-unavailable"]);

/**
 * Runs units of ingests that other processes plan and apply, until a signal fires, the budget is used up, or this machine
 * cannot run any. It needs no file of their projects.
 *
 * @throws {StoreError} as `workOnBatches` does.
 */
export async function workOnIngests(options: WorkOnIngestsOptions): Promise<WorkReport> {
  const { store, runtime, models, groups: own } = options;
  const id = `${options.name ?? "worker"} ${randomUUID().slice(0, 8)}`;
  const clock = await setByStore(options.clock ?? machineClock(), store);
  await using worker = await openIngestWorker({ store, runtime, models, now: clock.now });
  await using notes = await noteWorker(store, { worker: id, groups: own ?? null });
  const findUnused = createUnusedGroups(own, options.onUnusedGroups);
  let hasAnswers = false;
  const names = new Map<string, string>();
  return await workOnBatches<unknown>({
    ...options,
    id,
    clock,
    findBatches: async () => {
      const runs = await findOpenRuns(store);
      findUnused(runs);
      return runs.map(({ batchId, groups }) => ({
        id: batchId,
        groups: own === undefined ? groups : groups.filter((group) => own.includes(group)),
      }));
    },
    findRefusal: (unit) => worker.findRefusal(unit),
    onEvent: (event) => {
      const name = "key" in event ? names.get(event.key) : undefined;
      if (event.type.startsWith("unit_") && event.type !== "unit_started" && "key" in event)
        names.delete(event.key);
      if (event.type === "batch_refused") notes.refuse(event.batchId, event.reason);
      options.onEvent?.(event, name);
    },
    run: async (unit, { signal }) => {
      names.set(unit.key, nameOfWork(unit.payload) ?? "a unit");
      const outcome = await worker.run(unit, { signal });
      hasAnswers ||= outcome.type === "done";
      return withoutOwnFaults(outcome, hasAnswers);
    },
  });
}

/** Calls back where no open run has one of the groups, once for the same runs. */
function createUnusedGroups(
  own: readonly string[] | undefined,
  onUnused: WorkOnIngestsOptions["onUnusedGroups"],
): (runs: readonly OpenRun[]) => void {
  let told = "";
  return (runs) => {
    const open = [...new Set(runs.flatMap(({ groups }) => groups))].toSorted();
    if (own === undefined || open.length === 0) return;
    const isUsed = open.some((group) => own.includes(group));
    const state = isUsed ? "" : JSON.stringify(open);
    if (!isUsed && state !== told) onUnused?.(open);
    told = state;
  };
}

/** The name of a unit for people, from its payload; undefined where it is not one of an ingest. */
export function nameOfWork(payload: unknown): string | undefined {
  const { data } = ingestWorkSchema.safeParse(payload);
  if (data === undefined) return undefined;
  if (data.type === "read") return `${data.unit.source}:${data.unit.from}-${data.unit.to}`;
  const { claims } = data.set;
  return `${claims.length} claims of ${claims[0]?.page ?? "a page"}`;
}

/** A fault of this machine does not count for the unit. A network that was there comes back. */
function withoutOwnFaults(
  outcome: UnitOutcome<unknown>,
  hasAnswers: boolean,
): UnitOutcome<unknown> {
  if (outcome.type !== "failed") return outcome;
  const { failure, tokens } = outcome;
  const isOwn = ownFaults.has(failure.kind) || (failure.kind === "network" && !hasAnswers);
  return isOwn ? { type: "blocked", failure, tokens } : outcome;
}
