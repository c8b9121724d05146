/**
 * Runs every benchmark, one after the other, and writes `docs/benchmarks.md` with its charts. Each has a time limit, and
 * one that fails is named on the page. `--only bridge,wiki` measures some again, and keeps what the others measured on
 * this machine.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { drawChart } from "./bench-chart.ts";
import { type BenchFigure, parseFigure } from "../test/bench-figure.ts";
import { type BenchMachine, type BenchRun, chartName, describeBenchmarks } from "./bench-page.ts";

const root = join(import.meta.dirname, "..");
const limitMs = 6 * 60_000;

/** Every benchmark: its script of the root manifest, with arguments that bound it. */
const benchmarks: readonly (Omit<BenchRun, "outcome" | "figures" | "date" | "load"> & {
  readonly args?: readonly string[];
})[] = [
  { bench: "lean", script: "bench:lean", about: "A run in strict isolation, beside stock Codex." },
  {
    bench: "transports",
    script: "bench:transports",
    args: ["--scale", "0.5", "--work", "text,tool", "--at", "1,8"],
    about: "ktx, beside the bare SDK, and beside a bare loop over one warm app-server.",
  },
  { bench: "whole-run", script: "bench:whole-run", about: "What ktx adds to a run." },
  {
    bench: "ai-sdk",
    script: "bench:ai-sdk",
    args: ["--runs", "120"],
    about: "The provider of the AI SDK, beside another provider for Codex.",
  },
  { bench: "bridge", script: "bench:bridge", about: "Tools over MCP, beside other servers." },
  {
    bench: "start",
    script: "bench:start",
    about: "The start of the command, beside that of Node.",
  },
  { bench: "batch", script: "bench:batch", about: "The store of a batch in SQLite." },
  {
    bench: "queue",
    script: "bench:queue",
    about: "The store of a batch in Postgres, beside SQLite.",
  },
  { bench: "wiki", script: "bench:wiki", about: "Search and writes in a wiki of 10,000 pages." },
  {
    bench: "ingest",
    script: "bench:ingest",
    about: "An ingest of documents, and of what a kill loses.",
  },
  { bench: "events", script: "bench:events", about: "The events of Codex, parsed and folded." },
  {
    bench: "answers",
    script: "bench:answers",
    about: "The JSON of an answer, beside `JSON.parse`.",
  },
];

const { values } = parseArgs({ options: { only: { type: "string" } } });
const only = values.only?.split(",") ?? benchmarks.map(({ bench }) => bench);
const folder = join(root, "docs/benchmarks");
const machine = describeMachine();
const kept = readRuns();
const measured: BenchRun[] = [];
for (const benchmark of benchmarks)
  if (only.includes(benchmark.bench)) measured.push(await runBenchmark(benchmark));
const runs = benchmarks.flatMap(
  ({ bench }) => [...measured, ...kept].find((run) => run.bench === bench) ?? [],
);
writePage();
console.log(`All: ${secondsSince(0)} s`);
const wrong = measured.filter(({ outcome }) => outcome !== "ended");
for (const { bench, outcome } of wrong) console.error(`${bench}: ${outcome}`);
process.exitCode = wrong.length > 0 ? 1 : 0;

/** @param startedAt by the clock that is 0 at the start of the program. */
function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 1_000);
}

/** The earlier results of this machine, with this Node and this Codex. */
function readRuns(): readonly BenchRun[] {
  const file = join(folder, "runs.json");
  if (!existsSync(file)) return [];
  const before = JSON.parse(readFileSync(file, "utf8")) as Measurements;
  return isDeepStrictEqual(before.machine, machine) ? before.runs : [];
}

interface Measurements {
  readonly machine: BenchMachine;
  readonly runs: readonly BenchRun[];
}

async function runBenchmark({
  args = [],
  ...benchmark
}: (typeof benchmarks)[number]): Promise<BenchRun> {
  console.log(`== ${benchmark.bench}`);
  const work = mkdtempSync(join(tmpdir(), "ktx-bench-"));
  const file = join(work, "figures.jsonl");
  const date = new Date().toISOString().slice(0, 10);
  const [load = 0] = loadavg();
  writeFileSync(file, "");
  try {
    const startedAt = performance.now();
    const outcome = await runScript(benchmark.script, args, file);
    console.log(`== ${benchmark.bench}: ${outcome}, ${secondsSince(startedAt)} s`);
    return { ...benchmark, outcome, date, load, figures: readFigures(file) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** In a process group of its own, so that a benchmark that takes too long ends with all that it started. */
function runScript(
  script: string,
  args: readonly string[],
  figures: string,
): Promise<BenchRun["outcome"]> {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const line = scripts[script];
  if (line === undefined) throw new Error(`Expected a script ${script} in package.json.`);
  const bin = join(root, "node_modules/.bin");
  const child = spawn(`${line} ${args.join(" ")}`, {
    shell: true,
    detached: process.platform !== "win32",
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${bin}${process.platform === "win32" ? ";" : ":"}${process.env["PATH"]}`,
      KTX_BENCH_FIGURES: figures,
    },
  });
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined && process.platform !== "win32")
        process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    }, limitMs);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve(timedOut ? "timed-out" : code === 0 ? "ended" : "failed");
    });
  });
}

function readFigures(file: string): readonly BenchFigure[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean).map(parseFigure);
}

function describeMachine(): BenchMachine {
  const sdk = JSON.parse(
    readFileSync(join(root, "packages/codex-binary/package.json"), "utf8"),
  ) as { readonly dependencies: Readonly<Record<string, string>> };
  return {
    processor: cpus()[0]?.model.trim() ?? "an unknown processor",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split("-")[0]}`,
    node: process.versions.node,
    codex: sdk.dependencies["@openai/codex-sdk"] ?? "unknown",
  };
}

function writePage(): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const figure of runs.flatMap(({ figures }) => figures))
    writeFileSync(join(folder, chartName(figure)), drawChart(figure));
  const page = join(root, "docs/benchmarks.md");
  const data = join(folder, "runs.json");
  writeFileSync(page, describeBenchmarks(runs, machine));
  writeFileSync(data, JSON.stringify({ machine, runs } satisfies Measurements, undefined, 2));
  execFileSync(process.execPath, [join(root, "node_modules/oxfmt/bin/oxfmt"), page, data]);
  console.log("docs/benchmarks.md");
}
