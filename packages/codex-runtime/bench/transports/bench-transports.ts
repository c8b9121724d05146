import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { noteFigure } from "../../../../test/bench-figure.ts";
import { type Contender, type Work, works as allWorks } from "./contender.ts";
import { contenderNames, describeResults } from "./describe-results.ts";
import { joinResults, p50, type Result, runsPerSecond } from "./result.ts";
import { type StartedContender, startContender } from "./start-contender.ts";
import { type ModelService, startModelService } from "./start-model-service.ts";

/**
 * The bare SDK, ktx on exec, ktx as it comes, and a bare loop over one warm app-server, on the same work in turns.
 *
 * `pnpm bench:transports [--bundle system] [--only auto,loop] [--work text,tool] [--at 1,64] [--scale 0.5] [--profile <folder>]`
 */
const { values } = parseArgs({
  options: {
    bundle: { type: "string", default: "one" },
    only: { type: "string", default: "sdk,exec,auto,loop" },
    work: { type: "string", default: "text,object,tool" },
    at: { type: "string", default: "1,8,64" },
    scale: { type: "string", default: "1" },
    profile: { type: "string" },
  },
});
const bundle = values.bundle === "system" ? "system" : "one";
const chosen = <Name extends string>(text: string, known: readonly Name[]): readonly Name[] =>
  known.filter((name) => text.split(",").includes(name));
const names = chosen<Contender["name"]>(values.only, ["sdk", "exec", "auto", "loop"]);
const works = chosen(values.work, allWorks);

/** Runs of a block, and blocks: a start of a process for each run, and none. */
const sizes = {
  cold: { 1: [4, 4], 8: [16, 2], 64: [64, 1] },
  warm: { 1: [25, 4], 8: [80, 3], 64: [192, 2] },
} as const;
const scale = Number(values.scale);

const folder = join(process.cwd(), "node_modules", ".cache", "bench-transports");
await rm(folder, { recursive: true, force: true });
await using service = await startModelService();
await using open = new AsyncDisposableStack();
const contenders: StartedContender[] = [];
for (const name of names) {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  const input = { baseUrl: service.baseUrl, bundle, folder: own } as const;
  contenders.push(open.use(await startContender(name, input, values.profile)));
}
// What happens once, in the first run.
for (const contender of contenders)
  for (const work of works) await contender.measure({ work, runs: 3, atOnce: 1 });

const results: Result[] = [];
for (const work of works)
  for (const atOnce of [1, 8, 64] as const)
    if (values.at.split(",").includes(String(atOnce)))
      results.push(...(await compare(work, atOnce)));
console.log(`Certificates: ${bundle === "one" ? "one" : "those of the system"}.\n`);
console.log(describeResults(results));
noteResults();
await describeLongRun();
await open.disposeAsync();
await rm(folder, { recursive: true, force: true });

function noteResults(): void {
  // Ours first: the others are ratios to it.
  const order = ["auto", "exec", "sdk", "loop"] as const;
  for (const work of works)
    for (const atOnce of [1, 8, 64]) {
      const scene = results.filter((result) => result.work === work && result.atOnce === atOnce);
      const valuesOf = (valueOf: (result: Result) => number): Readonly<Record<string, number>> =>
        Object.fromEntries(
          order.flatMap((name) =>
            scene
              .filter(({ contender }) => contender === name)
              .map((result) => [contenderNames[name], valueOf(result)]),
          ),
        );
      if (scene.length === 0) continue;
      const title = `${work}, ${atOnce === 1 ? "alone" : `${atOnce} at once`}`;
      const common = { bench: "transports" } as const;
      noteFigure({
        ...common,
        title: `${title}: p50 of a run`,
        unit: "ms",
        better: "less",
        values: valuesOf(({ times }) => p50(times)),
      });
      noteFigure({
        ...common,
        title: `${title}: runs per second`,
        unit: "runs/s",
        better: "more",
        values: valuesOf(runsPerSecond),
      });
    }
}

/** In turns, so that whatever else the machine does meets all. */
async function compare(work: Work, atOnce: 1 | 8 | 64): Promise<readonly Result[]> {
  const joined = new Map<StartedContender, Result>();
  const blocks = Math.max(...contenders.map(({ name }) => sizeOf(name, atOnce)[1]));
  for (let block = 0; block < blocks; block += 1)
    for (const contender of contenders) {
      const [runs, own] = sizeOf(contender.name, atOnce);
      if (block >= own) continue;
      const result = await measureOn(service, contender, work, runs, atOnce);
      const before = joined.get(contender);
      joined.set(contender, before === undefined ? result : joinResults(before, result));
    }
  return [...joined.values()];
}

function sizeOf(name: Contender["name"], atOnce: 1 | 8 | 64): readonly [number, number] {
  const [runs, blocks] = sizes[name === "auto" || name === "loop" ? "warm" : "cold"][atOnce];
  return [Math.max(1, Math.round(runs * scale)), blocks];
}

async function measureOn(
  { use }: ModelService,
  contender: StartedContender,
  work: Work,
  runs: number,
  atOnce: number,
): Promise<Result> {
  const before = await use();
  const measured = await contender.measure({ work, runs, atOnce });
  const after = await use();
  return {
    ...measured,
    contender: contender.name,
    work,
    atOnce,
    serviceCpuMs: after.cpuMs - before.cpuMs,
    requestBytes: after.bytes,
  };
}

/** The 400th run next to the 40th, in one process without a pause. */
async function describeLongRun(): Promise<void> {
  const ours = contenders.find(({ name }) => name === "auto");
  if (ours === undefined || scale < 1) return;
  const { times } = await ours.measure({ work: "text", runs: 420, atOnce: 1 });
  const [early, late] = [40, 400].map((at) => p50(times.slice(at - 20, at + 20)));
  console.log(
    `\n420 runs of a text alone: p50 around the 40th ${early?.toFixed(1)} ms, around the 400th ${late?.toFixed(1)} ms`,
  );
}
