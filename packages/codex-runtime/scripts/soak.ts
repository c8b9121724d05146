import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CodexRuntimeOptions, RateLimitGovernor } from "../src/index.ts";
import { processesWith } from "../test/e2e/codex-processes.ts";
import { seededRandom } from "../test/e2e/faults/process-faults.ts";
import { describeSoak, type SoakReport } from "./describe-soak.ts";
import { endingOf, faultyRuns, goodRuns, type SoakRun } from "./soak-run.ts";

/**
 * Runs the real Codex binary so many times, one in five going wrong, and looks at what is left.
 *
 * `node --expose-gc --conditions=@ktx/source scripts/soak.ts <runs> [<file for the report>]`
 */
const [, , runsText = "200", reportPath] = process.argv;
const runs = Number(runsText);
const seed = 20_260_717;
const concurrency = 4;
const scratch = join(process.cwd(), "node_modules", ".cache", "ktx-soak");
const folders = { temporary: join(scratch, "tmp"), cache: join(scratch, "cache") };

await rm(scratch, { recursive: true, force: true });
for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
process.env["TMPDIR"] = folders.temporary;
const warnings: string[] = [];
process.on("warning", (warning) => warnings.push(`${warning.name}: ${warning.message}`));

// Node opens its own output on first use; that is not what a run leaves.
console.log(`${runs} runs with the seed ${seed} …`);
process.stderr.write("");
const before = { resources: countResources(), listeners: countListeners() };
const model = fork(join(import.meta.dirname, "soak-model.ts"), {
  execArgv: ["--conditions=@ktx/source"],
});
const [baseUrl] = (await once(model, "message")) as [string];
const options: CodexRuntimeOptions = {
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl },
  env: { ...process.env, XDG_CACHE_HOME: folders.cache },
  maxRetries: 1,
  timeoutMs: 60_000,
};

const random = seededRandom(seed);
/** Each second run goes over the app-server, whatever it is. */
const plan = Array.from({ length: runs }, (_, index) => ({
  run: random() < 0.2 ? pick(faultyRuns) : pick(goodRuns),
  transport: index % 2 === 0 ? ("auto" as const) : ("app-server" as const),
}));
const startedAtMs = performance.now();
const heapMb: number[] = [];
const endings = new Map<string, { run: SoakRun; count: number; wrong: string[] }>();
const governor = new RateLimitGovernor({ maxConcurrency: concurrency });
const tenth = Math.ceil(runs / 10);
for (let from = 0; from < runs; from += tenth) {
  await Promise.all(
    plan.slice(from, from + tenth).map((planned) => governor.run(() => recordRun(planned))),
  );
  heapMb.push(await measureHeapMb());
}
const totalMs = performance.now() - startedAtMs;
model.disconnect();
await once(model, "exit");
// Its handles close in the next turns of the event loop.
await sleep(100);
const processesLeft = processesWith(baseUrl).length + processesWith("soak-killed").length;
const report: SoakReport = {
  runs,
  seed,
  concurrency,
  cores: cpus().length,
  totalMs,
  endings: [...endings.values()].map(({ run, count, wrong }) => ({
    name: run.name,
    ending: run.ending,
    count,
    wrong,
  })),
  processesLeft,
  resourcesLeft: subtractCounts(countResources(), before.resources),
  listenersLeft: subtractCounts(countListeners(), before.listeners),
  temporaryFiles: await readdir(folders.temporary, { recursive: true }),
  stateFolders: await countStateFolders(),
  warnings: [...new Set(warnings)],
  heapMb,
};
const { text, problems } = describeSoak(report);
console.log(text);
if (reportPath !== undefined) await writeFile(reportPath, text);
await rm(scratch, { recursive: true, force: true });
if (problems.length > 0) process.exitCode = 1;

async function recordRun({ run, transport }: (typeof plan)[number]): Promise<void> {
  const ending = await endingOf(run.start({ ...options, transport }));
  const entry = endings.get(run.name) ?? { run, count: 0, wrong: [] };
  entry.count += 1;
  if (ending !== run.ending) entry.wrong.push(ending);
  endings.set(run.name, entry);
}

function pick(from: readonly SoakRun[]): SoakRun {
  const run = from[Math.floor(random() * from.length)];
  if (run === undefined) throw new Error("Expected runs to pick from, got none.");
  return run;
}

/** After the dust has settled and the garbage is gone. */
async function measureHeapMb(): Promise<number> {
  await sleep(50);
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/** Sockets, pipes, timers and processes that keep this process alive, by their kind. */
function countResources(): ReadonlyMap<string, number> {
  return countEach(process.getActiveResourcesInfo());
}

function countListeners(): ReadonlyMap<string, number> {
  return new Map(
    process.eventNames().map((name) => [String(name), process.listenerCount(name)] as const),
  );
}

function countEach(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(Object.groupBy(names, (name) => name)).map(([name, all]) => [
      name,
      all?.length ?? 0,
    ]),
  );
}

/** What there is more of now. */
function subtractCounts(
  now: ReadonlyMap<string, number>,
  then: ReadonlyMap<string, number>,
): readonly string[] {
  return [...now].flatMap(([name, count]) => {
    const more = count - (then.get(name) ?? 0);
    return more > 0 ? [`${more} × ${name}`] : [];
  });
}

async function countStateFolders(): Promise<number> {
  const homes = join(folders.cache, "ktx", "homes");
  const names = await readdir(homes, { recursive: true }).catch(() => []);
  return names.filter((name) => /(?:^|\/)state\/[^/]+$/.test(name)).length;
}
