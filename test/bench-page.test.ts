import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { drawChart } from "../scripts/bench-chart.ts";
import {
  type BenchRun,
  chartName,
  describeBenchmarks,
  formatValue,
} from "../scripts/bench-page.ts";
import { type BenchFigure, noteFigure, parseFigure } from "./bench-figure.ts";

const figure: BenchFigure = {
  bench: "bridge",
  title: "One call, p50",
  unit: "ms",
  better: "less",
  values: { "the bridge": 0.25, "bare <HTTP>": 0.1 },
};
const machine = {
  processor: "A processor",
  cores: 2,
  memoryGb: 8,
  system: "Linux 6.1",
  node: "24.21.0",
  codex: "0.163.0",
};

function pageOf(run: Partial<BenchRun>): string {
  const whole: BenchRun = {
    bench: "bridge",
    script: "bench:bridge",
    about: "Tools over MCP.",
    outcome: "ended",
    date: "2026-11-29",
    load: 0.5,
    figures: [figure],
    ...run,
  };
  return describeBenchmarks([whole], machine);
}

test("the page has the machine, the date, and each figure as a chart and as a table with ratios to the first", () => {
  const page = pageOf({});
  expect(page).toContain("Measured on one machine: A processor, 2 cores");
  expect(page).toContain("Measured on 2026-11-29, at a load of 0.5.");
  expect(page).toContain("](benchmarks/bridge-one-call-p50.svg)");
  expect(page).toContain("| less is better | ms | to the bridge |");
  expect(page).toContain("| the bridge | 0.25 | 1 × |");
  expect(page).toContain("| bare <HTTP> | 0.1 | 0.4 × |");
});

test.each([
  ["failed", "This benchmark failed"],
  ["timed-out", "This benchmark took too long and was ended"],
] as const)(
  "a benchmark that %s is named on the page, with what it measured before",
  (outcome, text) => {
    expect(pageOf({ outcome })).toContain(text);
    expect(pageOf({ outcome })).toContain("| the bridge | 0.25 |");
  },
);

test("a chart has bars as long as its numbers, and their texts", () => {
  const chart = drawChart(figure);
  const widths = Array.from(chart.matchAll(/<rect [^>]*width="([\d.]+)"/g), ([, width]) =>
    Number(width),
  );
  expect(widths).toEqual([360, 144]);
  expect(chart).toContain("bare &lt;HTTP&gt;");
  expect(chart).toContain(">0.25 ms<");
  expect(chartName(figure)).toBe("bridge-one-call-p50.svg");
});

test.each([
  [0, "0"],
  [0.001234, "0.0012"],
  [1.2345, "1.23"],
  [17.456, "17.5"],
  [1234.5, "1,235"],
])("%d is written as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test("a benchmark notes its figures where it is asked to, and nowhere else", () => {
  const folder = mkdtempSync(join(tmpdir(), "ktx-figures-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "figures.jsonl");
  noteFigure(figure);
  vi.stubEnv("KTX_BENCH_FIGURES", file);
  onTestFinished(() => void vi.unstubAllEnvs());
  noteFigure(figure);
  const [line = "", ...rest] = readFileSync(file, "utf8").split("\n");
  expect({ figure: parseFigure(line), rest }).toEqual({ figure, rest: [""] });
});

test.each([
  "null",
  "{}",
  '{"bench":"a","title":"b","unit":"c","better":"less","values":{"d":null}}',
])("the line %s is no figure", (line) => {
  expect(() => parseFigure(line)).toThrow("Expected a figure of a benchmark, got: ");
});
