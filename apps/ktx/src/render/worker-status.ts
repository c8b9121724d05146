import { countOf } from "@ktx/config";
import type { BatchesReport, WorkerStatus } from "../batch/read-batches.ts";
import { oneLine } from "./layout.ts";
import type { Style } from "./style.ts";

/** Milliseconds after its last sign of life in which a worker without one may still come back. */
const silentMs = 30_000;

/** A line for each worker, and one for each unit that it runs and each open batch that it refuses. */
export function describeWorkers(
  { workers, batches, atMs }: Pick<BatchesReport, "workers" | "batches" | "atMs">,
  style: Style,
): readonly string[] {
  const open = batches.filter(({ isOpen }) => isOpen !== false);
  const labels = new Map(open.map(({ id, label }) => [id, label ?? id]));
  return workers.flatMap((worker) => [
    describeWorker(worker, atMs, style),
    ...worker.units.map(({ name, group, attempt, leaseEndsAtMs }) =>
      style.dim(
        `  ${oneLine(name)} · ${oneLine(group)} · attempt ${attempt} · ${describeLease(leaseEndsAtMs - atMs)}`,
      ),
    ),
    ...(worker.refusals ?? []).flatMap(({ batchId, reason }) => {
      const label = labels.get(batchId);
      return label === undefined
        ? []
        : [style.warn(`  refuses ${oneLine(label)}: ${oneLine(reason)}`)];
    }),
  ]);
}

function describeWorker(
  { worker, units, seenAtMs, groups }: WorkerStatus,
  atMs: number,
  style: Style,
): string {
  const what = units.length === 0 ? "idle" : countOf(units.length, "unit");
  const whose = groups == null ? "" : ` · of ${groups.map(oneLine).join(", ")} alone`;
  const line = `${oneLine(worker)}: ${what}${whose}`;
  if (seenAtMs === undefined) return line;
  const agoMs = Math.max(0, atMs - seenAtMs);
  const seen = ` · last sign of life ${describeAge(agoMs)} ago`;
  return agoMs < silentMs ? `${line}${seen}` : style.warn(`${line}${seen}: it may be gone`);
}

export function describeAge(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** A worker that lives renews its lease before it ends. */
function describeLease(leftMs: number): string {
  const seconds = Math.ceil(Math.abs(leftMs) / 1_000);
  return leftMs > 0
    ? `lease ends in ${seconds} s`
    : `lease ended ${seconds} s ago, so that another worker may take it`;
}
