import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions, RateLimitGovernor } from "../src/index.ts";
import { codexProcessesOf, processesWith } from "../test/e2e/codex-processes.ts";
import { seededRandom } from "../test/e2e/faults/process-faults.ts";
import { describeSoak, type SoakReport } from "./describe-soak.ts";
import {
  endingOf,
  faultyRuns,
  goodRuns,
  killedKey,
  type SoakHost,
  type SoakRun,
} from "./soak-run.ts";
import { readResidentMb } from "./read-resident-mb.ts";

/**
 * Asks the real Codex binary so many times, one in ten going wrong, kills its warm process now and then, and looks at
 * what is left.
 *
 * `node --expose-gc --conditions=@ktx/source scripts/soak.ts <runs> [<file for the report>]`
 */
const [, , runsText = "200", reportPath] = process.argv;
const runs = Number(runsText);
const seed = 20_260_717;
const concurrency = 64;
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
  // The address marks the processes of this soak: Codex gets the variable, and Linux makes nothing of it.
  env: { ...process.env, XDG_CACHE_HOME: folders.cache, TMP: baseUrl },
  maxRetries: 1,
  timeoutMs: 60_000,
};

const random = seededRandom(seed);
/** One run in twenty is a process of its own. */
const plan = Array.from({ length: runs }, (_, index) => ({
  run: random() < 0.1 ? pick(faultyRuns) : pick(goodRuns),
  transport: index % 20 === 0 ? ("exec" as const) : ("auto" as const),
}));
/** The warm process is killed when so many runs have ended; the last of them show its memory. */
const killsAt = Array.from({ length: Math.ceil(runs / 500) }, () =>
  Math.floor(random() * runs * 0.6),
).toSorted((a, b) => a - b);
const killedAtMs: number[] = [];
let ended = 0;
let inFlight = 0;
let mostAtOnce = 0;
const startedAtMs = performance.now();
const heapMb: number[] = [];
const warmMb: number[] = [];
const endings = new Map<string, { run: SoakRun; count: number; taken: number; wrong: string[] }>();
const hosts: Readonly<Record<"auto" | "exec", SoakHost>> = {
  auto: hostOf({ ...options, transport: "auto" }),
  exec: hostOf({ ...options, transport: "exec" }),
};
const governor = new RateLimitGovernor({ maxConcurrency: concurrency });
const tenth = Math.ceil(runs / 10);
for (let from = 0; from < runs; from += tenth) {
  await Promise.all(
    plan.slice(from, from + tenth).map((planned) => governor.run(() => recordRun(planned))),
  );
  heapMb.push(await measureHeapMb());
  warmMb.push(Math.max(0, ...warmProcesses().map(readResidentMb)));
}
const totalMs = performance.now() - startedAtMs;
for (const { runtime } of Object.values(hosts)) await runtime[Symbol.asyncDispose]();
model.disconnect();
await once(model, "exit");
// Its handles close in the next turns of the event loop.
await sleep(100);
const processesLeft = processesWith(baseUrl).length;
const report: SoakReport = {
  runs,
  seed,
  concurrency,
  mostAtOnce,
  cores: cpus().length,
  totalMs,
  kills: killedAtMs.length,
  endings: [...endings.values()].map(({ run, ...counts }) => ({
    name: run.name,
    ending: run.ending,
    ...counts,
  })),
  processesLeft,
  resourcesLeft: subtractCounts(countResources(), before.resources),
  listenersLeft: subtractCounts(countListeners(), before.listeners),
  temporaryFiles: await readdir(folders.temporary, { recursive: true }),
  stateFolders: await countStateFolders(),
  warnings: [...new Set(warnings)],
  heapMb,
  warmMb,
};
const { text, problems } = describeSoak(report);
console.log(text);
if (reportPath !== undefined) await writeFile(reportPath, text);
await rm(scratch, { recursive: true, force: true });
if (problems.length > 0) process.exitCode = 1;

async function recordRun({ run, transport }: (typeof plan)[number]): Promise<void> {
  const beganAtMs = performance.now();
  inFlight += 1;
  mostAtOnce = Math.max(mostAtOnce, inFlight);
  const ending = await endingOf(run.start(hosts[transport]));
  const entry = endings.get(run.name) ?? { run, count: 0, taken: 0, wrong: [] };
  entry.count += 1;
  // A run that was there when the warm process was killed may have been in it.
  const sawKill = killedAtMs.some((killed) => killed >= beganAtMs - 1_000);
  if (ending === "process" && run.ending !== "process" && sawKill) entry.taken += 1;
  else if (ending !== run.ending) entry.wrong.push(ending);
  endings.set(run.name, entry);
  ended += 1;
  inFlight -= 1;
  if (ended >= (killsAt[0] ?? Number.POSITIVE_INFINITY) && killWarm()) killsAt.shift();
}

function hostOf(given: CodexRuntimeOptions): SoakHost {
  return { runtime: new CodexKtxLlmRuntime(given), options: given };
}

/** The process that serves most runs. */
function warmProcesses(): readonly number[] {
  const killedToo = new Set(processesWith(killedKey).map(({ pid }) => pid));
  return codexProcessesOf(baseUrl)
    .filter(({ pid, argv }) => argv.includes(" app-server ") && !killedToo.has(pid))
    .map(({ pid }) => pid);
}

/** False without one right now. */
function killWarm(): boolean {
  const pids = warmProcesses();
  if (pids.length > 0) killedAtMs.push(performance.now());
  for (const pid of pids) process.kill(pid, "SIGKILL");
  return pids.length > 0;
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
