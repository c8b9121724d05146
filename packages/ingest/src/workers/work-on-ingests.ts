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
import { findOpenRuns } from "./open-runs.ts";

export interface WorkOnIngestsOptions
  extends
    Omit<WorkOptions<unknown>, "findBatches" | "findRefusal" | "run" | "onEvent">,
    Pick<IngestWorkerOptions, "runtime" | "models"> {
  /** The groups whose units this worker runs. @default all */
  readonly groups?: readonly string[];
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
  const clock = await setByStore(options.clock ?? machineClock(), store);
  await using worker = await openIngestWorker({ store, runtime, models, now: clock.now });
  let hasAnswers = false;
  const names = new Map<string, string>();
  return await workOnBatches<unknown>({
    ...options,
    clock,
    findBatches: async () =>
      (await findOpenRuns(store)).map(({ batchId, groups }) => ({
        id: batchId,
        groups: own === undefined ? groups : groups.filter((group) => own.includes(group)),
      })),
    findRefusal: (unit) => worker.findRefusal(unit),
    onEvent: (event) => {
      const name = "key" in event ? names.get(event.key) : undefined;
      if (event.type.startsWith("unit_") && event.type !== "unit_started" && "key" in event)
        names.delete(event.key);
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
