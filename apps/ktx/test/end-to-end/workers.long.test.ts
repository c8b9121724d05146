import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  type CodexSim,
  reply,
  type SimReply,
  type SimRequest,
  startCodexSim,
  text,
  toolCall,
  usedUpPlan,
} from "@ktx/codex-sim";
import { playIngestModel } from "@ktx/ingest/testing";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { makeKnownFacts } from "../../../../packages/ingest/test/known-facts.ts";
import {
  type CuttableProxy,
  startCuttableProxy,
} from "../../../../packages/queue-postgres/test/cuttable-proxy.ts";
import {
  startPostgres,
  type TestPostgres,
} from "../../../../packages/queue-postgres/test/start-postgres.ts";
import { openSandbox, type RunningKtx, runKtx, type Sandbox, spawnKtx } from "../spawn-ktx.ts";

const isFull = inject("longForm") === "full";

/** The faults while a coordinator and two workers of eight units are at work. */
const form = isFull
  ? { sources: 240, kills: 20, restarts: 2, cuts: 3, cutMs: 5_000, leaseS: 10, answerMs: 900 }
  : { sources: 8, kills: 1, restarts: 1, cuts: 1, cutMs: 500, leaseS: 1, answerMs: 200 };

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

function answer(request: SimRequest, beforeHeadersMs = 0): SimReply {
  const results = request.toolOutputs.map(({ output }) =>
    output.replace(/^Wall time: .*\nOutput:\n/, ""),
  );
  const action = playIngestModel(request.userText, results);
  const item = "text" in action ? text(action.text) : toolCall(action.tool, action.arguments);
  return reply([item], { beforeHeadersMs });
}

/** The source whose unit a request begins; undefined for a later step of one, and for a comparison. */
function beginningOf({ userText, toolOutputs }: SimRequest): string | undefined {
  return toolOutputs.length === 0 ? /the file "([^"]+)"/.exec(userText)?.[1] : undefined;
}

async function write(sandbox: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.project, name)), { recursive: true });
    await writeFile(join(sandbox.project, name), content);
  }
}

function configFor({ baseUrl }: Pick<CodexSim, "baseUrl">): Readonly<Record<string, string>> {
  const provider = `provider: { backend: codex, codex: { endpoint: { base_url: "${baseUrl}" } } }`;
  return { "ktx.yaml": `llm:\n  ${provider}\n  models: { default: gpt-5.5 }\n` };
}

/** Without their day: the runs may be on both sides of midnight. */
async function readPages({ project }: Sandbox): Promise<Readonly<Record<string, string>>> {
  const pages: Record<string, string> = {};
  for (const name of (await readdir(join(project, "wiki"))).toSorted())
    pages[name] = (await readFile(join(project, "wiki", name), "utf8")).replace(
      /^updated: .*$/m,
      "",
    );
  return pages;
}

/** A machine of its own for each program, and a database of its own for all of them. */
interface Team extends AsyncDisposable {
  readonly coordinator: Sandbox;
  readonly proxy: CuttableProxy;
  readonly ingest: (...args: readonly string[]) => RunningKtx;
  /** @param clockOffMs how far the clock of that machine is ahead. */
  readonly work: (machine: string, args?: readonly string[], clockOffMs?: number) => RunningKtx;
  readonly query: (sql: string) => ReturnType<TestPostgres["query"]>;
  readonly listProcesses: () => Promise<readonly string[]>;
}

let teams = 0;

/** @param sims the service of each machine. */
async function openTeam(
  sources: Readonly<Record<string, string>>,
  sims: Readonly<Record<string, Pick<CodexSim, "baseUrl">>>,
): Promise<Team> {
  teams += 1;
  const database = `team${teams}`;
  await postgres.query(`CREATE DATABASE ${database}`);
  const proxy = await startCuttableProxy(postgres.port);
  const url = postgres.url(database).replace(`:${postgres.port}/`, `:${proxy.port}/`);
  const coordinator = await openSandbox();
  const [first] = Object.values(sims);
  if (first === undefined) throw new Error("Expected a service.");
  await write(coordinator, { ...sources, ...configFor(first) });
  const machines = new Map<string, Sandbox>();
  for (const [name, sim] of Object.entries(sims)) {
    const machine = await openSandbox();
    await write(machine, configFor(sim));
    machines.set(name, machine);
  }
  const all = [coordinator, ...machines.values()];
  const store = ["--store", "DATABASE_URL"];
  const running: RunningKtx[] = [];
  const start = (...args: Parameters<typeof spawnKtx>): RunningKtx => {
    const program = spawnKtx(...args);
    running.push(program);
    return program;
  };
  return {
    coordinator,
    proxy,
    ingest: (...args) =>
      start(coordinator, ["ingest", "sources", ...store, ...args], { env: { DATABASE_URL: url } }),
    work: (name, args = [], clockOffMs = 0) => {
      const machine = machines.get(name);
      if (machine === undefined) throw new Error(`Expected a machine ${name}.`);
      return start(machine, ["worker", ...store, "--concurrency", "8", ...args], {
        env: { DATABASE_URL: url, TEST_CLOCK_OFF_MS: String(clockOffMs) },
        ...(clockOffMs !== 0 && {
          nodeOptions: ["--import", join(import.meta.dirname, "../shift-clock.ts")],
        }),
      });
    },
    query: (sql) => postgres.query(sql, database),
    listProcesses: async () =>
      (await Promise.all(all.map((machine) => machine.listProcesses()))).flat(),
    [Symbol.asyncDispose]: async () => {
      for (const { child } of running) child.kill("SIGKILL");
      await Promise.all(running.map(({ result }) => result));
      await proxy[Symbol.asyncDispose]();
      for (const machine of all) await machine[Symbol.asyncDispose]();
    },
  };
}

/** Ends a program as a user does, and expects that it says so with its code. */
async function interrupt({ child, result }: RunningKtx): Promise<void> {
  child.kill("SIGINT");
  const { exitCode, stderr } = await result;
  expect([exitCode, stderr]).toEqual([130, expect.any(String)]);
}

/** Units that began again after their result was recorded. */
async function findRepeated(
  team: Team,
  begun: readonly { readonly source: string; readonly atMs: number }[],
): Promise<readonly string[]> {
  const rows =
    await team.query(`SELECT p.payload::json->'unit'->>'source' AS source, u.ended_at::float8 AS ended_at
    FROM ktx_batch.units u JOIN ktx_batch.payloads p ON p.unit = u.id WHERE u.state = 'done'`);
  const endedAt = new Map(rows.map((row) => [String(row["source"]), Number(row["ended_at"])]));
  return begun
    .filter(({ source, atMs }) => atMs > (endedAt.get(source) ?? Number.POSITIVE_INFINITY))
    .map(({ source }) => source);
}

test("killed programs, a crashed database and a cut network: each result once, and the wiki of one machine", async () => {
  const { sources } = makeKnownFacts(form.sources, 1);
  const begun: { readonly source: string; readonly atMs: number }[] = [];
  await using plain = await startCodexSim({ script: (request) => answer(request) });
  await using sim = await startCodexSim({
    script: (request) => {
      const source = beginningOf(request);
      if (source !== undefined) begun.push({ source, atMs: Date.now() });
      return answer(request, form.answerMs);
    },
  });
  await using single = await openSandbox();
  await write(single, { ...sources, ...configFor(plain) });
  expect(await runKtx(single, ["ingest", "sources", "--concurrency", "8"])).toMatchObject({
    exitCode: 0,
  });
  await using team = await openTeam(sources, { one: sim, two: sim });
  const lease = ["--lease", String(form.leaseS)];
  const programs = new Map([
    ["coordinator", team.ingest()],
    ["one", team.work("one", lease)],
    ["two", team.work("two", lease)],
  ]);
  const random = isFull ? Math.random : createFixedRandom();
  const moments = [
    ...Array.from({ length: form.kills }, () => "kill" as const),
    ...Array.from({ length: form.restarts }, () => "restart" as const),
    ...Array.from({ length: form.cuts }, () => "cut" as const),
  ]
    .map((what) => ({ what, order: random() }))
    .toSorted((a, b) => a.order - b.order);
  let killed = 0;
  while (begun.length < 4) await wait(20);
  for (const [index, { what }] of moments.entries()) {
    await wait(isFull ? 500 + random() * 3_000 : 200);
    if (what === "restart") {
      // One that has not reached the database yet waits for seconds alone.
      for (const [name, { seen }] of programs)
        await seen(name === "coordinator" ? "Workers run the units." : "Waiting for units.");
      await postgres.restart();
    } else if (what === "cut") {
      team.proxy.cut();
      await wait(form.cutMs);
      team.proxy.mend();
    } else {
      const name = ["one", "two", "one", "two", "coordinator"][index % 5] ?? "one";
      const program = programs.get(name);
      program?.child.kill("SIGKILL");
      await program?.result;
      killed += 1;
      programs.set(name, name === "coordinator" ? team.ingest() : team.work(name, lease));
    }
  }
  const ended = await programs.get("coordinator")?.result;
  expect([ended?.stderr, ended?.exitCode]).toEqual([expect.any(String), 0]);
  for (const name of ["one", "two"]) {
    const worker = programs.get(name);
    if (worker !== undefined) await interrupt(worker);
  }
  expect(killed).toBe(form.kills);
  expect(await readPages(team.coordinator)).toEqual(await readPages(single));
  expect(await findRepeated(team, begun)).toEqual([]);
  const [counts] = await team.query(`SELECT count(*)::int AS units, count(r.unit)::int AS results,
    count(*) FILTER (WHERE u.state <> 'done')::int AS open, sum(u.losses)::int AS losses
    FROM ktx_batch.units u LEFT JOIN ktx_batch.results r ON r.unit = u.id WHERE u.key NOT LIKE 'note %'`);
  expect(counts).toMatchObject({ open: 0, results: counts?.["units"] });
  console.log(
    `${form.kills} kills, ${form.restarts} crashes of the database, ${form.cuts} cuts: ${begun.length} starts for ${form.sources} sources, ${String(counts?.["losses"])} attempts lost`,
  );
  expect(await team.listProcesses()).toEqual([]);
}, 900_000);

/** The same numbers in each run. */
function createFixedRandom(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test("a limit of one of two sign-ins pauses its group alone, on all of its machines, also where a clock is two minutes off", async () => {
  const { sources } = makeKnownFacts(isFull ? 40 : 10, 0);
  let resetsAtS = 0;
  const begun: { readonly at: number; readonly who: string }[] = [];
  const note = (who: string, request: SimRequest): void => {
    if (beginningOf(request) !== undefined) begun.push({ at: Date.now(), who });
  };
  await using anna = await startCodexSim({
    script: (request) => {
      note("anna", request);
      if (resetsAtS === 0 && anna.requests.length > 2)
        resetsAtS = Math.ceil(Date.now() / 1_000) + 15;
      return Date.now() < resetsAtS * 1_000 ? usedUpPlan(resetsAtS) : answer(request, 100);
    },
  });
  await using ben = await startCodexSim({
    script: (request) => {
      note("ben", request);
      return answer(request, 250);
    },
  });
  await using team = await openTeam(sources, { "anna 1": anna, "anna 2": anna, ben });
  const workers = [
    team.work("anna 1", ["--groups", "anna", "--concurrency", "1"], 120_000),
    team.work("anna 2", ["--groups", "anna", "--concurrency", "1"]),
    team.work("ben", ["--groups", "ben", "--concurrency", "1"], -120_000),
  ];
  const coordinator = team.ingest("--groups", "anna,ben");
  const readPause = async (): Promise<number> => {
    const [row] = await team.query(
      "SELECT max(paused_until)::float8 AS until FROM ktx_batch.groups WHERE name = 'anna'",
    );
    return Number(row?.["until"]);
  };
  let pausedUntilMs = 0;
  await expect.poll(async () => (pausedUntilMs = await readPause())).toBeGreaterThan(0);
  const seenMs = Date.now();
  const { exitCode, stderr } = await coordinator.result;
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  for (const worker of workers) await interrupt(worker);
  const resetMs = resetsAtS * 1_000;
  // A pause of minutes, as a clock that is off would make it, is far from this.
  expect(Math.abs(pausedUntilMs - resetMs)).toBeLessThan(50_000);
  const during = begun.filter(({ at }) => at > seenMs && at < resetMs);
  // What the other worker had claimed before may begin; nothing is claimed after.
  expect(during.filter(({ who }) => who === "anna").length).toBeLessThanOrEqual(1);
  expect(during.filter(({ who }) => who === "ben")).not.toEqual([]);
  expect(await team.query("SELECT 1 FROM ktx_batch.units WHERE state <> 'done'")).toEqual([]);
});

test("where the limit of one sign-in lasts for hours, another one does its units, and a worker that finds none left ends", async () => {
  const { sources } = makeKnownFacts(isFull ? 40 : 6, 0);
  const resetsAtS = Math.ceil(Date.now() / 1_000) + 7_200;
  await using anna = await startCodexSim({ script: () => usedUpPlan(resetsAtS) });
  await using ben = await startCodexSim({ script: (request) => answer(request) });
  await using team = await openTeam(sources, { anna, ben });
  const coordinator = team.ingest("--groups", "anna,ben", "--wait", "60");
  const limited = team.work("anna", ["--groups", "anna"]);
  const other = team.work("ben", ["--groups", "ben"]);
  await limited.seen("limit:");
  const status = await runKtx(team.coordinator, ["batch", "status", "--store", "DATABASE_URL"], {
    env: { DATABASE_URL: postgres.url(`team${teams}`) },
  });
  expect(status.stdout).toMatch(
    /Limits\n {2}anna: .* Its units wait until .*, (?:2:00:0\d|1:5\d:\d\d) to go\./,
  );
  const { exitCode, stderr } = await coordinator.result;
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("limit:")]);
  const [counts] = await team.query(`SELECT count(*)::int AS units,
    count(*) FILTER (WHERE g.name = 'ben' AND u.state = 'done')::int AS done
    FROM ktx_batch.units u JOIN ktx_batch.groups g ON g.id = u.grp WHERE g.name IN ('anna', 'ben')`);
  expect(counts?.["done"]).toBe(counts?.["units"]);
  const late = team.work("ben", ["--groups", "ben", "--until-idle", "1"]);
  expect((await late.result).exitCode).toBe(0);
  for (const worker of [limited, other]) await interrupt(worker);
});

test("units of a killed worker go to another one after their lease; those of one that is ended by a signal are free at once", async () => {
  const { sources } = makeKnownFacts(4, 0);
  await using sim = await startCodexSim({ script: (request) => answer(request, 60_000) });
  await using team = await openTeam(sources, { one: sim, two: sim });
  const coordinator = team.ingest();
  const lease = ["--lease", String(form.leaseS)];
  const one = team.work("one", lease);
  while (sim.requests.length < 4) await wait(20);
  // Its own lease outlasts a busy machine: here, only the killed one loses its units.
  const two = team.work("two");
  await two.seen("Waiting for units.");
  one.child.kill("SIGKILL");
  const killedAtMs = Date.now();
  while (sim.requests.length < 8) await wait(20);
  console.log(
    `the units of a killed worker began again after ${((Date.now() - killedAtMs) / 1_000).toFixed(1)} s: a lease of ${form.leaseS} s and a poll of 1 s at most`,
  );
  const states = async (): Promise<ReadonlySet<string>> =>
    new Set(
      (
        await team.query(
          "SELECT u.state, u.failures, u.losses FROM ktx_batch.units u JOIN ktx_batch.groups g ON g.id = u.grp WHERE g.name = 'model'",
        )
      ).map((row) => JSON.stringify(row)),
    );
  expect(await states()).toEqual(new Set(['{"state":"running","failures":0,"losses":1}']));
  two.child.kill("SIGTERM");
  expect((await two.result).exitCode).toBe(143);
  expect(await states()).toEqual(new Set(['{"state":"waiting","failures":0,"losses":1}']));
  await interrupt(coordinator);
  expect(await team.listProcesses()).toEqual([]);
});

/** A way to a port that makes the server's version a lower one of the same length. */
async function startAgeingProxy(target: number): Promise<CuttableProxy> {
  return await startCuttableProxy(target, (bytes) =>
    Buffer.from(bytes.toString("latin1").replaceAll("18000", "13002"), "latin1"),
  );
}

test("a worker whose database cannot be used ends with one sentence, code 1, and without the password", async () => {
  await using sim = await startCodexSim({ script: (request) => answer(request) });
  await using team = await openTeam({}, { one: sim });
  await using old = await startAgeingProxy(postgres.port);
  await postgres.query("CREATE ROLE guest LOGIN PASSWORD 'made-for-this-test'");
  const url = postgres.url();
  const cases = [
    [url.replace("made-for-this-test", "a-wrong-one"), "refused the sign-in. Check the user"],
    [postgres.url("postgres", "guest"), "lacks a right. Let its owner run"],
    [postgres.url("nowhere"), "There is no database nowhere at"],
    [url.replace(":made-for-this-test", ""), "asks for a password, and its URL has none. Add it"],
    [url.replace("127.0.0.1", "db.invalid"), "cannot be reached. Check the host name"],
    // Nothing listens there.
    [url.replace(`:${postgres.port}/`, ":1/"), "cannot be reached. Check that it runs"],
    [
      url.replace(`:${postgres.port}/`, `:${old.port}/`),
      "runs Postgres 13, and 14 is the oldest that can be used. Update it, or choose another one.",
    ],
  ] as const;
  const ends = cases.map(async ([DATABASE_URL, sentence]) => {
    const worker = ["worker", "--store", "DATABASE_URL"];
    const { exitCode, stderr } = await runKtx(team.coordinator, worker, { env: { DATABASE_URL } });
    const shown = stderr.replaceAll(/\s+/g, " ");
    expect([exitCode, shown]).toEqual([1, expect.stringContaining(sentence)]);
    expect(shown.match(/(?:error|why|next): /g)).toHaveLength(1);
    expect(shown).not.toMatch(/made-for-this-test|a-wrong-one|\.ts:\d/);
  });
  await Promise.all(ends);
});

test("one worker alone, whose database is away while its units run: each answer counts, no model is asked twice, and Ctrl-C ends it", async () => {
  const { sources } = makeKnownFacts(6, 0);
  await using sim = await startCodexSim({ script: (request) => answer(request, 300) });
  await using team = await openTeam(sources, { one: sim });
  const coordinator = team.ingest();
  const worker = team.work("one", ["--lease", String(form.leaseS)]);
  while (sim.requests.length < 4) await wait(20);
  team.proxy.cut();
  // In the full form for longer than the programs try a statement, and than a lease.
  await wait(isFull ? 45_000 : 1_500);
  team.proxy.mend();
  const { exitCode, stderr } = await coordinator.result;
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  const asked = sim.requests.filter((request) => beginningOf(request) !== undefined).length;
  expect(asked).toBe(6);
  team.proxy.cut();
  await interrupt(worker);
  expect((await worker.result).stderr).not.toMatch(/lost |failed |error:/);
});

test("a database without room loses nothing: the worker says so once, keeps its answers, and records them once there is some", async () => {
  const { sources } = makeKnownFacts(3, 0);
  await using sim = await startCodexSim({ script: (request) => answer(request, 300) });
  await using team = await openTeam(sources, { one: sim });
  const coordinator = team.ingest();
  await coordinator.seen("Reading sources: 3");
  // The database reports a full disk with this code, whatever it was about to write.
  await team.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON ktx_batch.results FOR EACH STATEMENT EXECUTE FUNCTION refuse()`);
  const worker = team.work("one");
  await worker.seen("has no room left");
  // In the full form the disk stays full for longer than a statement is tried again.
  await wait(isFull ? 40_000 : 700);
  await team.query("DROP TRIGGER full_disk ON ktx_batch.results");
  expect(await coordinator.result).toMatchObject({ exitCode: 0 });
  await interrupt(worker);
  const shown = (await worker.result).stderr.replaceAll(/\s+/g, " ");
  expect(shown.match(/has no room left\. Free some space there|The store is there again/g)).toEqual(
    ["has no room left. Free some space there", "The store is there again"],
  );
  const asked = sim.requests.filter((request) => beginningOf(request) !== undefined).length;
  expect(asked).toBe(3);
});
