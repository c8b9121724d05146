import { appendFileSync } from "node:fs";

/** What a benchmark measured in one run: a value of each contender, in one unit. */
export interface BenchFigure {
  /** The benchmark, such as `bridge`. */
  readonly bench: string;
  /** What was measured, as a title. */
  readonly title: string;
  readonly unit: string;
  readonly better: "less" | "more";
  /** The values by contender, in the order of the chart. Ratios are to the first one. */
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Notes a figure for the page of `pnpm bench:all`, as a line of JSON in the file that `KTX_BENCH_FIGURES` names. Without
 * it, nothing happens: a benchmark that runs alone prints its figures itself.
 */
export function noteFigure(figure: BenchFigure): void {
  const file = process.env["KTX_BENCH_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

/** @throws an error for a line that is no figure. */
export function parseFigure(line: string): BenchFigure {
  const figure = JSON.parse(line) as Partial<BenchFigure> | null;
  const { bench, title, unit, better, values } = figure ?? {};
  if (
    typeof bench !== "string" ||
    typeof title !== "string" ||
    typeof unit !== "string" ||
    (better !== "less" && better !== "more") ||
    typeof values !== "object" ||
    !Object.values(values).every((value) => Number.isFinite(value))
  )
    throw new Error(`Expected a figure of a benchmark, got: ${line}`);
  return { bench, title, unit, better, values };
}
