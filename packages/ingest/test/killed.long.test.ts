import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CodexSim, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { casesOf } from "../../../test/long-form.ts";
import { makeKnownFacts } from "./known-facts.ts";
import { playSim } from "./play-sim.ts";
import { makeProject } from "./project.ts";

const program = join(import.meta.dirname, "ingest-program.ts");
const { sources } = makeKnownFacts(10, 1);

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
  return { wiki: await project.wiki(), requests: sim.requests.length };
})();

/** Where the process dies, in parts of all requests; the last two are in the step that writes pages. */
const moments: readonly (number | "apply")[] = [
  ...Array.from({ length: 18 }, (_, index) => (index + 0.5) / 18),
  "apply",
  "apply",
];

test.each(
  casesOf(
    moments.map((at, index) => ({ at, index })),
    ({ index }) => [13, 18].includes(index),
  ),
)(
  "killed at $at of the run and started again, the wiki is the same byte for byte",
  async ({ at, index }) => {
    const { wiki, requests } = await undisturbed;
    let kill = (): void => {};
    let isKilled = false;
    const die = (): void => {
      isKilled = true;
      kill();
    };
    let asked = 0;
    const dieAt = typeof at === "number" ? Math.max(1, Math.floor(at * requests)) : undefined;
    const requestsOf = new Map<string, number>();
    await using sim = await startCodexSim({
      script: (request) => {
        asked += 1;
        const [, unit = ""] = /the file "([^"]+)"/.exec(request.userText) ?? [];
        if (isKilled && unit !== "") requestsOf.set(unit, (requestsOf.get(unit) ?? 0) + 1);
        if (!isKilled && asked === dieAt) die();
        return playSim(request);
      },
    });
    await using project = await makeProject(sources);
    const first = await runProgram(
      project.path,
      sim,
      (end) => (kill = end),
      (line) => {
        // A moment later, so that it dies between two pages.
        if (at === "apply" && line === "apply") void sleep(index % 2 === 0 ? 1 : 4).then(die);
      },
    );
    expect(isKilled).toBe(true);
    const atDeath = new Set(first.done);
    const second = await runProgram(
      project.path,
      sim,
      () => {},
      () => {},
    );
    expect(second.report).toMatchObject({ units: { failed: 0, open: 0 } });
    expect(await project.wiki()).toEqual(wiki);
    expect([...atDeath].filter((unit) => requestsOf.has(unit))).toEqual([]);
  },
  60_000,
);
