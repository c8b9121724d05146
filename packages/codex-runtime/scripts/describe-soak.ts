export interface SoakReport {
  readonly runs: number;
  readonly seed: number;
  /** Of the warm process. */
  readonly kills: number;
  readonly concurrency: number;
  readonly mostAtOnce: number;
  readonly cores: number;
  readonly totalMs: number;
  readonly endings: readonly {
    readonly name: string;
    readonly ending: string;
    readonly count: number;
    /** Those that ended with the warm process that was killed. */
    readonly taken: number;
    /** The endings of those that ended otherwise. */
    readonly wrong: readonly string[];
  }[];
  readonly processesLeft: number;
  readonly resourcesLeft: readonly string[];
  readonly listenersLeft: readonly string[];
  readonly temporaryFiles: readonly string[];
  readonly stateFolders: number;
  readonly warnings: readonly string[];
  /** After each tenth of the runs, with the garbage collected. */
  readonly heapMb: readonly number[];
  /** Resident memory of the warm process, at the same times. */
  readonly warmMb: readonly number[];
}

/** A heap that grows with each run grows by more than this in 2,000 of them, and modules load late. */
const allowedGrowthMb = 3;

/** Codex's allocator keeps a little more with each burst; a thread that stayed loaded would keep 0.85 MB (0.163.0). */
const allowedWarmMb = { growth: 60, peak: 300 };

/** The report as a Markdown document, and what of it is not as it should be. */
export function describeSoak(report: SoakReport): {
  readonly text: string;
  readonly problems: readonly string[];
} {
  const { endings, heapMb, warmMb, runs } = report;
  const grownMb = (heapMb.at(-1) ?? 0) - (heapMb[Math.floor(heapMb.length / 2) - 1] ?? 0);
  // After the kills.
  const warmGrownMb = (warmMb.at(-1) ?? 0) - (warmMb[Math.floor(warmMb.length * 0.7) - 1] ?? 0);
  const wrong = endings.flatMap((each) => each.wrong.map((ending) => `${each.name}: ${ending}`));
  const problems = [
    ...wrong.map((text) => `ended otherwise: ${text}`),
    ...(report.processesLeft > 0 ? [`${report.processesLeft} processes are left`] : []),
    ...report.resourcesLeft.map((text) => `left open: ${text}`),
    ...report.listenersLeft.map((text) => `listeners left: ${text}`),
    ...report.temporaryFiles.map((text) => `temporary file left: ${text}`),
    ...(report.stateFolders > 2 * report.concurrency ? ["state folders are piling up"] : []),
    ...report.warnings.map((text) => `warning: ${text}`),
    ...(grownMb > allowedGrowthMb ? [`the heap grew by ${grownMb.toFixed(1)} MB`] : []),
    ...(warmGrownMb > allowedWarmMb.growth ? [`Codex grew by ${warmGrownMb.toFixed(0)} MB`] : []),
    ...(Math.max(...warmMb) > allowedWarmMb.peak ? [`Codex has ${Math.max(...warmMb)} MB`] : []),
  ];
  const seconds = report.totalMs / 1_000;
  const none = (list: readonly string[]): string => (list.length === 0 ? "none" : list.join(", "));
  const lines = [
    `# Soak: ${runs.toLocaleString("en")} runs`,
    "",
    "Written by `pnpm --filter @ktx/codex-runtime soak`; `soak:short` does 200 runs and is part of the check.",
    "",
    `The real Codex binary (0.163.0) in one warm \`codex app-server\` and, for one run in twenty, through \`codex exec\`, at most ${report.mostAtOnce} of ${report.concurrency} at once under one \`RateLimitGovernor\`, against a stand-in service in a process of its own. One run in ten goes wrong, in one of the ways of [faults.md](faults.md); the warm process is killed ${report.kills} times, with the runs that it then serves; fixed seed ${report.seed}. ${report.cores} cores, ${seconds.toFixed(0)} s, ${(runs / seconds).toFixed(1)} runs/s.`,
    "",
    "| What is left | |",
    "| --- | --- |",
    `| runs that ended otherwise than they should | ${none(wrong)} |`,
    `| Codex processes | ${report.processesLeft} |`,
    `| handles, sockets, timers | ${none(report.resourcesLeft)} |`,
    `| listeners on the process | ${none(report.listenersLeft)} |`,
    `| temporary files | ${none(report.temporaryFiles)} |`,
    `| state folders, kept for the next run | ${report.stateFolders} |`,
    `| process warnings | ${none(report.warnings)} |`,
    `| heap after each tenth, MB | ${heapMb.map((mb) => mb.toFixed(1)).join(" · ")} |`,
    `| warm Codex after each tenth, MB | ${warmMb.map((mb) => mb.toFixed(0)).join(" · ")} |`,
    "",
    "| Runs | Ending | Count | Ended with the killed process |",
    "| --- | --- | --- | --- |",
    ...endings.map(
      ({ name, ending, count, taken }) => `| ${name} | ${ending} | ${count} | ${taken} |`,
    ),
    "",
    problems.length === 0
      ? "Nothing is left, and neither the heap nor the warm process grows."
      : `**Not as it should be:** ${problems.join("; ")}.`,
    "",
  ];
  return { text: lines.join("\n"), problems };
}
