import type { BenchFigure } from "../test/bench-figure.ts";

export interface BenchRun {
  readonly bench: string;
  /** The script of the root manifest that runs it. */
  readonly script: string;
  /** The comparison, as a sentence. */
  readonly about: string;
  /** `ended`: it ran to its end. `failed`, `timed-out`: the figures are those until then. */
  readonly outcome: "ended" | "failed" | "timed-out";
  /** Such as `2026-11-29`. */
  readonly date: string;
  /** The load of the last minute before it began. */
  readonly load: number;
  readonly figures: readonly BenchFigure[];
}

export interface BenchMachine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly codex: string;
}

/** The name of a figure's chart, without a folder. */
export function chartName(figure: BenchFigure): string {
  const words = `${figure.bench} ${figure.title}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `${words.replace(/^-|-$/g, "")}.svg`;
}

/** The page of all benchmarks, as Markdown. */
export function describeBenchmarks(runs: readonly BenchRun[], machine: BenchMachine): string {
  return [
    "# Benchmarks",
    "",
    "After this page you know what ktx costs beside what it is compared with. `npx -y pnpm@10.34.8 bench:all` writes it.",
    "",
    `Measured on one machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, Codex ${machine.codex}. The model is a stand-in on loopback that answers at once: times are those of everything around it. The compared programs ran in turns; ratios travel to other machines, and to other loads, better than times. A load above the number of cores makes times longer.`,
    ...runs.flatMap(describeRun),
    "",
  ].join("\n");
}

function describeRun({
  bench,
  script,
  about,
  outcome,
  date,
  load,
  figures,
}: BenchRun): readonly string[] {
  const incomplete = {
    ended: [],
    failed: ["", "This benchmark failed; what is here it measured before."],
    "timed-out": [
      "",
      "This benchmark took too long and was ended; what is here it measured before.",
    ],
  };
  return [
    "",
    `## ${bench}`,
    "",
    `${about} Measured on ${date}, at a load of ${load.toFixed(1)}. \`pnpm ${script}\` runs it alone.`,
    ...incomplete[outcome],
    ...figures.flatMap((figure) => ["", `### ${figure.title}`, "", ...describeFigure(figure)]),
  ];
}

function describeFigure(figure: BenchFigure): readonly string[] {
  const entries = Object.entries(figure.values);
  const [, base = Number.NaN] = entries[0] ?? [];
  const rows = entries.map(
    ([name, value]) => `| ${name} | ${formatValue(value)} | ${formatRatio(value / base)} |`,
  );
  const first = entries[0]?.[0] ?? "";
  return [
    `![${figure.title}: ${entries.map(([name, value]) => `${name} ${formatValue(value)} ${figure.unit}`).join(", ")}](benchmarks/${chartName(figure)})`,
    "",
    `| ${figure.better} is better | ${figure.unit} | to ${first} |`,
    "| - | -: | -: |",
    ...rows,
  ];
}

/** Three digits that count, and no more. */
export function formatValue(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-US", {
    minimumFractionDigits: 0,
    maximumFractionDigits: Math.min(4, digits),
  });
}

function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${formatValue(ratio)} ×` : "";
}
