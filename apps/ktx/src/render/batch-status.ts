import { countOf } from "@ktx/config";
import type { BatchesReport } from "../batch/read-batches.ts";
import type { CliIo } from "../cli-io.ts";
import { plain } from "./layout.ts";
import { createStyle } from "./style.ts";
import { describeWorkers } from "./worker-status.ts";

/** Batches that are shown: what happens now stands below them. */
const defaultMostBatches = 10;

/**
 * The last batches with their counts, then workers, limits, groups and the slowest units.
 *
 * @param mostBatches the number of batches that are shown at most.
 */
export function renderBatches(
  { atMs, batches, pauses, groups, workers, slowest }: BatchesReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
  mostBatches: number = defaultMostBatches,
): string {
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
  const lines = [
    ...batches
      .slice(0, mostBatches)
      .flatMap(({ id, label, addedAtMs, counts, isOpen }) => [
        `${style.bold(plain(label ?? id))}${idBehind(id, label)}`,
        `  ${[...describeCounts(counts, true), `last run ${toLocalMinute(addedAtMs)}`].join(" · ")}`,
        ...(isOpen === false && counts.waiting > 0
          ? [
              style.warn(
                "  The run has ended: no worker takes what waits until ktx ingest runs again.",
              ),
            ]
          : []),
      ]),
    ...(batches.length > mostBatches
      ? [style.dim(`and ${batches.length - mostBatches} older: ktx batch status --json`)]
      : []),
    ...part("Workers", describeWorkers({ workers, batches, atMs }, style)),
    ...part(
      "Limits",
      pauses.map(({ group, untilMs, reason }) =>
        style.warn(
          `${plain(group)}: ${plain(reason)} Its units wait until ${toLocalMinute(untilMs)}, ${toClock(untilMs - atMs)} to go.`,
        ),
      ),
    ),
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
  // Workers may wait before the first batch.
  return `${lines.slice(batches.length === 0 ? 1 : 0).join("\n")}\n`;
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
