import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { casesOf } from "../../../test/long-form.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openPostgresStore } from "../src/index.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import { newSchema } from "./make-store.ts";
import { startPostgres, type TestPostgres } from "./start-postgres.ts";

const isFull = inject("longForm") === "full";
const units = 120;

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

function startWorker(url: string, schema: string, log: string): ChildProcess {
  const program = join(import.meta.dirname, "worker-program.ts");
  const args = ["--conditions=@ktx/source", program, url, schema, log];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

async function whenEnded(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

/** Kills the first worker and starts another one in its place. */
type Replace = () => Promise<void>;

interface Outcome {
  readonly exitCodes: readonly (number | null)[];
  /** Units that a worker claimed and started after their result was recorded. */
  readonly ranAgain: readonly string[];
  /** Units without their own result. */
  readonly unfinished: readonly string[];
}

const whole: Outcome = { exitCodes: [0, 0], ranAgain: [], unfinished: [] };

/** Two workers on one store while something happens, until both have ended. */
async function work(url: string, happen: (replace: Replace) => Promise<void>): Promise<Outcome> {
  await using folder = await makeTestFolder("queue");
  const log = join(folder.path, "log");
  await writeFile(log, "");
  const schema = newSchema();
  let one = startWorker(url, schema, log);
  const other = startWorker(url, schema, log);
  await happen(async () => {
    one.kill("SIGKILL");
    await whenEnded(one);
    one = startWorker(url, schema, log);
  });
  const exitCodes = await Promise.all([one, other].map(whenEnded));
  await using store = await openPostgresStore({ url: postgres.url(), schema });
  const keys = Array.from({ length: units }, (_, index) => `k${index}`);
  const records = await store.get(keys);
  const notes = (await readFile(log, "utf8")).trimEnd().split("\n");
  const attemptsOf = (type: "start" | "end", unit: string): readonly number[] =>
    notes.flatMap((note) => {
      const [noted, key, attempt] = note.split(" ");
      return noted === type && key === unit ? [Number(attempt)] : [];
    });
  // A start is known by its attempt: one of an earlier attempt may be written late.
  const ranAgain = keys.filter((key) =>
    attemptsOf("start", key).some((attempt) => attempt > Math.min(...attemptsOf("end", key))),
  );
  const unfinished = keys.filter((key, index) => {
    const { state, result, attempt } = records[index] ?? {};
    return state !== "done" || JSON.stringify(result) !== JSON.stringify({ key, attempt });
  });
  await postgres.query(`DROP SCHEMA ${schema} CASCADE`);
  return { exitCodes, ranAgain, unfinished };
}

const faults = {
  "killed workers": async () => {
    const rounds = isFull ? [3, 3, 3, 3, 3, 3, 2] : [3];
    const outcomes: Outcome[] = [];
    for (const [round, kills] of rounds.entries())
      outcomes.push(
        await work(postgres.url(), async (replace) => {
          for (let kill = 0; kill < kills; kill += 1) {
            await wait(350 + (((round * 3 + kill) * 97) % 260));
            await replace();
          }
        }),
      );
    return outcomes;
  },
  "a database that crashed twice": async () => [
    await work(postgres.url(), async () => {
      for (let crash = 0; crash < 2; crash += 1) {
        await wait(500);
        await postgres.restart();
      }
    }),
  ],
  "a network that was silent three times": async () => {
    await using proxy = await startCuttableProxy(postgres.port);
    const url = postgres.url().replace(`:${postgres.port}/`, `:${proxy.port}/`);
    const outcome = await work(url, async () => {
      for (let cut = 0; cut < 3; cut += 1) {
        await wait(500);
        proxy.cut();
        await wait(5_000);
        proxy.mend();
      }
    });
    return [outcome];
  },
} as const;

// The short form of the other two is that of the workers of the command line.
test.each(casesOf(Object.entries(faults), ([name]) => name === "killed workers"))(
  "after %s each unit has its result once, and no finished one runs again",
  async (_, happen) => {
    const outcomes = await happen();
    expect(outcomes).toEqual(outcomes.map(() => whole));
    expect(outcomes).not.toEqual([]);
  },
  600_000,
);
