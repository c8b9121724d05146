import { countOf } from "@ktx/config";
import type { BatchesReport } from "../batch/read-batches.ts";
import type { CliIo } from "../cli-io.ts";
import { countLeft, describeVerdict, hasEndedEarly } from "./batch-verdict.ts";
import { plain } from "./layout.ts";
import { createStyle } from "./style.ts";
import { describeAge, describeWorkers } from "./worker-status.ts";

/** Batches of each kind that are shown. */
const defaultMostBatches = 10;

/**
 * Says in one sentence what happens now, with a line for each cause that holds units. Then it lists the batches at work
 * and their workers, the earlier batches, the groups and the slowest units.
 *
 * @param mostBatches the number of batches of each kind that are shown at most.
 */
export function renderBatches(
  report: BatchesReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
  mostBatches: number = defaultMostBatches,
): string {
  const { atMs, batches, pauses, groups, workers, slowest } = report;
  if (batches.length === 0 && workers.length === 0) return "No batch has run on this store.\n";
  const style = createStyle(stdout, env);
  const perLabel = Map.groupBy(batches, ({ label }) => label);
  // Batches of one input whose texts differ.
  const idBehind = (id: string, label: string | undefined): string =>
    label === undefined || perLabel.get(label)?.length === 1
      ? ""
      : style.dim(` ${plain(id).slice(0, 8)}`);
  const part = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ["", style.bold(title), ...lines.map((line) => `  ${line}`)];
  const alone = batches.filter(({ coordinator }) => coordinator?.isLive === false);
  const describeBatches = (shown: BatchesReport["batches"]): readonly string[] => [
    ...shown
      .slice(0, mostBatches)
      .flatMap((batch) => [
        `${style.bold(plain(batch.label ?? batch.id))}${idBehind(batch.id, batch.label)}`,
        `  ${describeBatch(batch)}`,
        ...describeCoordinator(batch, atMs),
      ]),
    ...(shown.length > mostBatches
      ? [style.dim(`and ${shown.length - mostBatches} older: ktx batch status --json`)]
      : []),
  ];
  const left = batches.filter((batch) => countLeft(batch) > 0);
  const lines = [
    style.bold(describeVerdict(report)),
    ...(left.length > 0 ? [style.warn(describeLeft(left, batches))] : []),
    ...(alone.length > 0
      ? [
          style.warn(
            alone.length === 1
              ? "The ktx ingest of a batch gives no sign of life: run it again in its project, so that the wiki gets the results."
              : `The ktx ingests of ${count(alone.length)} batches give no sign of life: run them again in their projects, so that the wikis get the results.`,
          ),
        ]
      : []),
    ...part(
      "Limits",
      pauses.map(({ group, untilMs, reason }) =>
        style.warn(
          `${plain(group)}: ${plain(reason)} Its units wait until ${toLocalMinute(untilMs)}, ${toClock(untilMs - atMs)} to go.`,
        ),
      ),
    ),
    ...part("Batches at work", describeBatches(batches.filter(isAtWork))),
    ...part("Workers", describeWorkers({ workers, batches, atMs }, style)),
    ...part("Earlier batches", describeBatches(batches.filter((batch) => !isAtWork(batch)))),
    ...part(
      "Groups",
      groups.map(({ group, counts }) =>
        [plain(group), ...describeCounts(counts), `${toSpan(counts.usage.ranMs)} of work`].join(
          " · ",
        ),
      ),
    ),
    ...part(
      "Slowest units",
      slowest.map(({ name, group, usage }) =>
        [toSpan(usage.ranMs), plain(name), plain(group), countOf(usage.tokens, "token")].join(
          " · ",
        ),
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function isAtWork(batch: BatchesReport["batches"][number]): boolean {
  return batch.counts.running > 0 || (batch.counts.waiting > 0 && !hasEndedEarly(batch));
}

/** Where units wait that a worker may take, the sentence is about those of the ended runs alone. */
function describeLeft(left: BatchesReport["batches"], all: BatchesReport["batches"]): string {
  const isAll = all.every((batch) => batch.counts.waiting === countLeft(batch));
  const runs = left.length === 1 ? "The run has" : `${count(left.length)} runs have`;
  if (isAll) return `${runs} ended: no worker takes what waits until ktx ingest runs again.`;
  const units = left.reduce((total, batch) => total + countLeft(batch), 0);
  const its = `${left.length === 1 ? "its" : "their"} ${countOf(units, "unit")}`;
  return `${left.length === 1 ? "A run has" : runs} ended: no worker takes ${its} until ktx ingest runs again in ${left.length === 1 ? "its project" : "their projects"}.`;
}

function describeBatch(batch: BatchesReport["batches"][number]): string {
  const { counts, addedAtMs } = batch;
  return [
    ...describeCounts(counts, true),
    ...(hasEndedEarly(batch) ? ["its run has ended"] : []),
    `last run ${toLocalMinute(addedAtMs)}`,
  ].join(" · ");
}

function describeCoordinator(
  { coordinator }: BatchesReport["batches"][number],
  atMs: number,
): readonly string[] {
  if (coordinator === undefined) return [];
  const { name, seenAtMs, isLive } = coordinator;
  const line = `  ${plain(name)} · last sign of life ${describeAge(Math.max(0, atMs - seenAtMs))} ago`;
  return [isLive ? line : `${line}: it may be gone`];
}

function describeCounts(
  { waiting, running, done, failed, held, usage }: BatchesReport["groups"][number]["counts"],
  isWhole = false,
): readonly string[] {
  const all = waiting + running + done + failed + held;
  return [
    isWhole ? `${count(done)} of ${count(all)} done` : `${count(done)} done`,
    running > 0 ? `${count(running)} running` : "",
    waiting > 0 ? `${count(waiting)} waiting` : "",
    failed > 0 ? `${count(failed)} failed` : "",
    held > 0 ? `${count(held)} held` : "",
    `${count(usage.tokens)} tokens`,
  ].filter((text) => text !== "");
}

/** `2026-11-29 01:05`, by the clock of this machine. */
function toLocalMinute(atMs: number): string {
  return new Date(atMs).toLocaleString("sv-SE").slice(0, 16);
}

/** `0.04 s` below a minute, then `1:04:09`. */
function toSpan(ms: number): string {
  return ms < 60_000 ? `${(ms / 1_000).toFixed(ms < 1_000 ? 2 : 1)} s` : toClock(ms);
}

/** `1:04:09`. */
function toClock(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return `${Math.floor(seconds / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
