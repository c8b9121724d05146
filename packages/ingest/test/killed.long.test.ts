import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CodexSim, startCodexSim } from "@ktx/codex-sim";
import { expect, inject, test } from "vitest";
import { makeKnownFacts } from "./known-facts.ts";
import { playSim } from "./play-sim.ts";
import { makeProject, type TestProject } from "./project.ts";

const program = join(import.meta.dirname, "ingest-program.ts");
const isFull = inject("longForm") === "full";
const { sources } = makeKnownFacts(isFull ? 40 : 10, isFull ? 4 : 1);

interface ProgramRun {
  readonly done: readonly string[];
  /** Undefined for a run that was killed. */
  readonly report: { readonly outcome: string } | undefined;
}

/** Runs the program. `onStart` gets the function that kills it. */
async function runProgram(
  projectDir: string,
  sim: Pick<CodexSim, "baseUrl">,
  onStart: (kill: () => void) => void,
  onLine: (line: string) => void,
): Promise<ProgramRun> {
  const child = spawn(
    process.execPath,
    ["--no-warnings", "--conditions=@ktx/source", program, projectDir, sim.baseUrl],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onStart(() => child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    for (const line of chunk.toString().split("\n")) onLine(line);
  });
  await new Promise((resolve) => child.once("close", resolve));
  const lines = output.split("\n");
  const last = lines.find((line) => line.startsWith("{"));
  return {
    done: lines.flatMap((line) => /^done (.*)$/.exec(line)?.[1] ?? []),
    report: last === undefined ? undefined : JSON.parse(last),
  };
}

/** The pages without their day: the runs may be on both sides of midnight. */
async function readUndated({ wiki }: TestProject): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    Object.entries(await wiki()).map(([name, text]) => [name, text.replace(/^updated: .*$/m, "")]),
  );
}

/** The undisturbed wiki, and its number of requests. */
const undisturbed = (async () => {
  await using sim = await startCodexSim({ script: playSim });
  await using project = await makeProject(sources);
  const { report } = await runProgram(
    project.path,
    sim,
    () => {},
    () => {},
  );
  if (report?.outcome !== "applied") throw new Error("The undisturbed run did not end.");
  return { wiki: await readUndated(project), requests: sim.requests.length };
})();

/** Random numbers from 0 to below 1 that a seed repeats (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Moment {
  /** The part of all requests after which the process dies; above 1: in the step that writes pages. */
  readonly at: number;
  /** Milliseconds later. */
  readonly delayMs: number;
}

const seed = isFull ? Date.now() % 1_000_000 : 3;
const random = createRandom(seed);

/** The moments of the full form are new each time; the seed in the titles repeats them. One in ten writes pages. */
const moments: readonly Moment[] = Array.from({ length: isFull ? 20 : 2 }, (_, index) => ({
  at: index % (isFull ? 10 : 2) === 1 ? 2 : random(),
  delayMs: Math.round(random() * 10),
}));

test.each(moments.map((moment) => ({ ...moment, seed })))(
  "killed at $at of the run and $delayMs ms (seed $seed) and started again, the wiki is the same byte for byte",
  async ({ at, delayMs }) => {
    const { wiki, requests } = await undisturbed;
    let kill = (): void => {};
    let isKilled = false;
    const die = async (): Promise<void> => {
      await sleep(delayMs);
      isKilled = true;
      kill();
    };
    let asked = 0;
    const dieAt = at > 1 ? undefined : Math.max(1, Math.floor(at * requests));
    let isSecond = false;
    const requestsOf = new Map<string, number>();
    await using sim = await startCodexSim({
      script: (request) => {
        asked += 1;
        const [, unit = ""] = /the file "([^"]+)"/.exec(request.userText) ?? [];
        if (isSecond && unit !== "") requestsOf.set(unit, (requestsOf.get(unit) ?? 0) + 1);
        if (asked === dieAt) void die();
        return playSim(request);
      },
    });
    await using project = await makeProject(sources);
    const first = await runProgram(
      project.path,
      sim,
      (end) => (kill = end),
      (line) => {
        if (dieAt === undefined && line === "apply") void die();
      },
    );
    // A run that was faster than its death has to be whole.
    expect(isKilled || first.report?.outcome === "applied").toBe(true);
    isSecond = true;
    const second = await runProgram(
      project.path,
      sim,
      () => {},
      () => {},
    );
    expect(second.report).toMatchObject({ units: { failed: 0, open: 0 } });
    expect(await readUndated(project)).toEqual(wiki);
    expect(first.done.filter((unit) => requestsOf.has(unit))).toEqual([]);
  },
);
