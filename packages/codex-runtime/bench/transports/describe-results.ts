import type { Contender } from "./contender.ts";
import { p50, type Result, runsPerSecond } from "./result.ts";

export const contenderNames: Readonly<Record<Contender["name"], string>> = {
  sdk: "bare SDK",
  exec: "ktx on exec",
  auto: "ktx",
  loop: "bare loop",
};

/** The results as a table, and as ratios of ktx to the others. */
export function describeResults(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { contender, work, atOnce, times, peakMb, requestBytes } = result;
    return [
      work,
      atOnce === 1 ? "alone" : `${atOnce} at once`,
      contenderNames[contender],
      p50(times).toFixed(1),
      runsPerSecond(result).toFixed(1),
      peakMb.toFixed(0),
      String(requestBytes),
      ...timesOf(result).map((ms) => ms.toFixed(1)),
    ];
  });
  const head = "work,runs,contender,p50 ms,runs/s,peak MB,bytes,Node,Codex,service,waiting".split(
    ",",
  );
  return [
    table([head, ...rows]),
    "",
    "`peak MB`: resident memory of all children. `Node`, `Codex`, `service`: CPU time of a run, in ms;",
    "`waiting`: the rest of its p50 alone, for pipes, sockets and a free core; below zero where two worked side by side.",
    "",
    ...ratiosOf(results),
  ].join("\n");
}

function timesOf(result: Result): readonly number[] {
  const { times, nodeCpuMs, codexCpuMs, serviceCpuMs, atOnce } = result;
  const each = [nodeCpuMs, codexCpuMs, serviceCpuMs].map((ms) => ms / times.length);
  const rest = p50(times) - each.reduce((sum, ms) => sum + ms, 0);
  return atOnce === 1 ? [...each, rest] : each;
}

/** Of ktx to each other contender in the same scene. */
function ratiosOf(results: readonly Result[]): readonly string[] {
  return results
    .filter(({ contender }) => contender === "auto")
    .flatMap((ours) =>
      results
        .filter(
          (other) => other.work === ours.work && other.atOnce === ours.atOnce && other !== ours,
        )
        .map((other) => {
          const time = (p50(ours.times) / p50(other.times)).toFixed(2);
          const rate = (runsPerSecond(ours) / runsPerSecond(other)).toFixed(2);
          const scene = `${ours.work}, ${ours.atOnce === 1 ? "alone" : `${ours.atOnce} at once`}`;
          return `${scene}: ktx takes ${time} of the p50 of ${contenderNames[other.contender]}, and does ${rate} of its runs/s`;
        }),
    );
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < 3 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
