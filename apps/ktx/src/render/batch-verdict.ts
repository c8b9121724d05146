import { countOf } from "@ktx/config";
import type { BatchesReport } from "../batch/read-batches.ts";

type Facts = Pick<BatchesReport, "atMs" | "batches" | "groups" | "pauses" | "workers">;
type CountedState = "waiting" | "done" | "failed" | "held";

type Batch = BatchesReport["batches"][number];

/** True for a batch of an ingest that has ended although units wait. */
export function hasEndedEarly({ isOpen, counts, coordinator }: Batch): boolean {
  return isOpen === false && counts.waiting > 0 && coordinator?.isLive !== true;
}

/** The waiting units that no worker takes: those of an ended run, but for those that another run offers. */
export function countLeft(batch: Batch): number {
  return hasEndedEarly(batch) ? batch.counts.waiting - (batch.offered ?? 0) : 0;
}

/** One sentence about what happens now in a store: the units that run, or else why none does. Pure. */
export function describeVerdict(facts: Facts): string {
  const { atMs, batches, groups, workers } = facts;
  if (batches.length === 0)
    return `No batch has run on this store, and ${isAre(workers.length, "worker")} idle.`;
  const sum = (state: CountedState): number =>
    groups.reduce((total, { counts }) => total + counts[state], 0);
  const leases = workers.flatMap(({ units }) => units.map(({ leaseEndsAtMs }) => leaseEndsAtMs));
  const running = leases.filter((endsAtMs) => endsAtMs > atMs).length;
  const lapsed = leases.length - running;
  const waiting = sum("waiting") + lapsed;
  if (running > 0) {
    const busy = workers.filter(({ units }) => units.length > 0).length;
    const rest = waiting === 0 ? "none waits" : waits(waiting);
    return `${countOf(running, "unit")} ${running === 1 ? "runs" : "run"} on ${countOf(busy, "worker")}, and ${rest}.`;
  }
  if (lapsed > 0)
    return `No unit runs, and ${waits(waiting)}: the ${lapsed === 1 ? "lease of one has" : `leases of ${count(lapsed)} have`} ended.`;
  if (waiting > 0) return `No unit runs, and ${waits(waiting)}${causeOf(facts)}.`;
  const aside = (["failed", "held"] as const).filter((state) => sum(state) > 0);
  if (aside.length === 0) return "All units are done.";
  const parts = (["done", ...aside] as const).map((state) => `${count(sum(state))} ${state}`);
  return `No unit is left to run: ${parts.join(", ")}.`;
}

/** Why no unit runs although some wait. */
function causeOf({ batches, groups, pauses, workers }: Facts): string {
  const open = batches.filter((batch) => batch.counts.waiting > 0 && !hasEndedEarly(batch));
  if (open.length === 0) return "";
  const paused = new Set(pauses.map(({ group }) => group));
  const waiting = groups.filter(({ counts }) => counts.waiting > 0);
  const free = waiting.filter(({ group }) => !paused.has(group));
  if (free.length === 0) return " for a limit";
  // A worker without groups runs the units of all.
  const able = workers.filter(({ groups: own }) =>
    free.some(({ group }) => own?.includes(group) ?? true),
  );
  if (able.length > 0 && able.every((worker) => open.every(({ id }) => refuses(worker, id)))) {
    const units = unitsIn(waiting) === 1 ? "it" : "them";
    return able.length === 1
      ? `: 1 worker refuses ${units}, for the reason below`
      : `: ${count(able.length)} workers refuse ${units}, for the reasons below`;
  }
  // The prompts of `ktx batch` need no worker.
  const needsWorker = able.length === 0 && open.some(({ isOpen }) => isOpen === true);
  if (needsWorker && free.length < waiting.length) {
    const limited = unitsIn(waiting) - unitsIn(free);
    return `: ${count(limited)} for a limit, and ${count(unitsIn(free))} for a worker`;
  }
  if (workers.length > 0) return `: ${isAre(workers.length, "worker")} idle`;
  return needsWorker ? " for a worker" : "";
}

function refuses({ refusals = [] }: Facts["workers"][number], id: string): boolean {
  return refusals.some(({ batchId }) => batchId === id);
}

function unitsIn(groups: Facts["groups"]): number {
  return groups.reduce((total, { counts }) => total + counts.waiting, 0);
}

function waits(value: number): string {
  return `${count(value)} ${value === 1 ? "waits" : "wait"}`;
}

function isAre(value: number, noun: string): string {
  return `${countOf(value, noun)} ${value === 1 ? "is" : "are"}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
