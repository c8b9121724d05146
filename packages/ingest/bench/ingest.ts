/**
 * Measures whole ingests on the real Codex and an instant scripted model: units per second at three concurrencies, bytes
 * of the requests per unit for wikis of 100 and 10,000 pages, and what is asked again after a SIGKILL at three quarters.
 * Beside it, where LLM_WIKI_COMPILER names the dist/cli.js of llm-wiki-compiler 1.3.0: the same kill of that program on
 * the same 24 sources. Prints one JSON object.
 */
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { type SimRequest, startCodexSim } from "@ktx/codex-sim";
import { noteFigure } from "../../../test/bench-figure.ts";
import { ingest } from "../src/index.ts";
import { makeKnownFacts } from "../test/known-facts.ts";
import { playSim } from "../test/play-sim.ts";
import { measureLlmWikiCompiler } from "./llm-wiki-compiler.ts";

const count = 96;

async function makeProject(sources: Readonly<Record<string, string>>, pages = 0): Promise<string> {
  const projectDir = await mkdtemp(join(tmpdir(), "ktx-bench-"));
  await mkdir(join(projectDir, "sources"));
  for (const [name, text] of Object.entries(sources)) await writeFile(join(projectDir, name), text);
  if (pages > 0) await mkdir(join(projectDir, "wiki"));
  for (let page = 0; page < pages; page += 1)
    await writeFile(
      join(projectDir, "wiki", `page-${page}.md`),
      `# Page ${page}\n\nThe gadget${page % 8} of page ${page} has a metric, and a text about it.\n`,
    );
  return projectDir;
}

async function run(projectDir: string, concurrency: number): Promise<readonly SimRequest[]> {
  await using sim = await startCodexSim({ script: playSim });
  await using runtime = new CodexKtxLlmRuntime({
    projectDir,
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
  });
  const { units } = await ingest({
    projectDir,
    paths: ["sources"],
    runtime,
    models: { extract: "codex", reconcile: "codex" },
    concurrency,
  });
  if (units.failed + units.open > 0) throw new Error(`Units failed: ${JSON.stringify(units)}`);
  return [...sim.requests];
}

async function measureSpeed(
  concurrency: number,
): Promise<{ readonly concurrency: number; readonly unitsPerSecond: number }> {
  const projectDir = await makeProject(makeKnownFacts(count, 9).sources);
  const startMs = performance.now();
  await run(projectDir, concurrency);
  const seconds = (performance.now() - startMs) / 1_000;
  await rm(projectDir, { recursive: true });
  return { concurrency, unitsPerSecond: Math.round((count / seconds) * 10) / 10 };
}

async function measureBytes(
  pages: number,
): Promise<{ readonly pages: number; readonly bytesPerUnit: number }> {
  const projectDir = await makeProject(makeKnownFacts(8, 0).sources, pages);
  const requests = await run(projectDir, 4);
  await rm(projectDir, { recursive: true });
  const units = requests.filter(({ userText }) => userText.includes("Your part"));
  const bytes = units.reduce((sum, request) => sum + request.bytes, 0);
  return { pages, bytesPerUnit: Math.round(bytes / 8) };
}

async function measureKill(): Promise<{
  readonly sources: number;
  readonly requests: number;
  readonly seconds: number;
  readonly beforeSigkill: number;
  readonly after: number;
}> {
  const { sources } = makeKnownFacts(24, 2);
  const projectDir = await makeProject(sources);
  const undisturbedDir = await makeProject(sources);
  const startMs = performance.now();
  const undisturbed = (await run(undisturbedDir, 4)).length;
  const seconds = Math.round(performance.now() - startMs) / 1_000;
  let child: ReturnType<typeof spawn> | undefined;
  let asked = 0;
  await using sim = await startCodexSim({
    script: (request) => {
      asked += 1;
      if (asked === Math.floor(undisturbed * 0.75)) child?.kill("SIGKILL");
      return playSim(request);
    },
  });
  const program = join(import.meta.dirname, "../test/ingest-program.ts");
  const start = async (): Promise<void> => {
    child = spawn(
      process.execPath,
      ["--no-warnings", "--conditions=@ktx/source", program, projectDir, sim.baseUrl],
      { stdio: "ignore" },
    );
    await new Promise((resolve) => child?.once("close", resolve));
  };
  await start();
  const before = sim.requests.length;
  await start();
  for (const folder of [projectDir, undisturbedDir]) await rm(folder, { recursive: true });
  return {
    sources: 24,
    requests: undisturbed,
    seconds,
    beforeSigkill: before,
    after: sim.requests.length - before,
  };
}

const speed = [];
for (const concurrency of [1, 8, 32]) speed.push(await measureSpeed(concurrency));
const bytes = [];
for (const pages of [100, 10_000]) bytes.push(await measureBytes(pages));
const killed = await measureKill();
const cli = process.env["LLM_WIKI_COMPILER"];
const other =
  cli === undefined ? undefined : await measureLlmWikiCompiler(cli, makeKnownFacts(24, 2).sources);
noteFigure({
  bench: "ingest",
  title: "Units per second",
  unit: "units/s",
  better: "more",
  values: Object.fromEntries(
    speed.map(({ concurrency, unitsPerSecond }) => [`${concurrency} at once`, unitsPerSecond]),
  ),
});
noteFigure({
  bench: "ingest",
  title: "Bytes of the requests of a unit, by the size of the wiki",
  unit: "bytes",
  better: "less",
  values: Object.fromEntries(
    bytes.map(({ pages, bytesPerUnit }) => [
      `${pages.toLocaleString("en-US")} pages`,
      bytesPerUnit,
    ]),
  ),
});
noteFigure({
  bench: "ingest",
  title: "Requests of an ingest, and of one that is killed at three quarters and goes on",
  unit: "requests",
  better: "less",
  values: { undisturbed: killed.requests, killed: killed.beforeSigkill + killed.after },
});
if (other !== undefined)
  noteFigure({
    bench: "ingest",
    title: "Requests of llm-wiki-compiler 1.3.0 on the same sources, undisturbed and killed",
    unit: "requests",
    better: "less",
    values: { undisturbed: other.requests, killed: other.beforeSigkill + other.after },
  });
const llmWikiCompiler =
  other ??
  "Not run: install llm-wiki-compiler 1.3.0 elsewhere, and set LLM_WIKI_COMPILER to its dist/cli.js.";
process.stdout.write(`${JSON.stringify({ speed, bytes, killed, llmWikiCompiler }, null, 2)}\n`);
