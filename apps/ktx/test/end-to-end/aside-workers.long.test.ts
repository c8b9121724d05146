import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reply, startCodexSim, text } from "@ktx/codex-sim";
import { openPostgresStore } from "@ktx/queue-postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  startPostgres,
  type TestPostgres,
} from "../../../../packages/queue-postgres/test/start-postgres.ts";
import { openSandbox, runKtx, spawnKtx } from "../spawn-ktx.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

test("a worker that may only read ends with the right that it lacks, also where nothing waits, and the status serves it", async () => {
  await using sandbox = await openSandbox();
  await (await openPostgresStore({ url: postgres.url() }))[Symbol.asyncDispose]();
  await postgres.query("CREATE ROLE guest LOGIN PASSWORD 'made-for-this-test'");
  await postgres.query("GRANT USAGE ON SCHEMA ktx_batch TO guest");
  await postgres.query("GRANT SELECT ON ALL TABLES IN SCHEMA ktx_batch TO guest");
  const env = { TEAM_DB: postgres.url("postgres", "guest") };
  const store = ["--store", "TEAM_DB"];
  const model = ["-m", "gpt-5.5", "--endpoint", "http://127.0.0.1:9/v1"];
  const worker = await runKtx(sandbox, ["worker", ...store, ...model], { env });
  expect([worker.exitCode, worker.stderr.replaceAll(/\s+/g, " ")]).toEqual([
    1,
    expect.stringContaining("lacks a right on the store's schema or tables."),
  ]);
  expect(worker.stderr).not.toContain("made-for-this-test");
  const status = await runKtx(sandbox, ["batch", "status", ...store], { env });
  expect([status.exitCode, status.stdout]).toEqual([0, "No batch has run on this store.\n"]);
});

test("a worker of another sign-in and one of another model are named to their users, to the coordinator and in the status", async () => {
  await using sim = await startCodexSim({ script: () => reply([text("Nobody asks.")]) });
  await using sandbox = await openSandbox();
  const provider = `provider: { backend: codex, codex: { endpoint: { base_url: "${sim.baseUrl}" } } }`;
  await mkdir(join(sandbox.project, "docs"));
  await writeFile(
    join(sandbox.project, "ktx.yaml"),
    `llm:\n  ${provider}\n  models: { default: gpt-5.5 }\nbatch: { store: TEAM_DB }\n`,
  );
  await writeFile(join(sandbox.project, "docs/a.md"), "A refund is paid within 30 days.\n");
  const env = { TEAM_DB: postgres.url() };
  const start = (...args: readonly string[]) => spawnKtx(sandbox, args, { env });
  const other = start("worker", "--groups", "ana");
  await other.seen("Waiting for units.");
  const idle = await runKtx(sandbox, ["batch", "status"], { env });
  expect(idle.stdout).toMatch(/: idle · of ana alone · last sign of life \d+ s ago/);
  const coordinator = start("ingest", "docs", "--groups", "anna,ben");
  await other.seen("No ingest has units of ana: the open ones name anna, ben.");
  await coordinator.seen("runs units of ana alone, and this ingest has none.");
  const refusing = start("worker", "--groups", "anna", "--model", "gpt-6-luna");
  await refusing.seen("refused: Expected the model gpt-5.5");
  await coordinator.seen("refuses the units: Expected the model gpt-5.5");
  const open = await runKtx(sandbox, ["batch", "status"], { env });
  expect(open.stdout).toMatch(/refuses project: sources to read: Expected the model gpt-5\.5/);
  expect(open.stdout).not.toContain("The run has ended");
  expect(open.stdout).toMatch(/ktx ingest on \S+ \d+ · last sign of life \d+ s ago/);
  // It waits for a worker: a clean-up of all that has ended takes nothing from it.
  const prune = await runKtx(sandbox, ["batch", "prune", "--older-than", "0"], { env });
  expect(prune.stdout).toBe("Removed 0 units.\n");
  const programs = [coordinator, other, refusing];
  for (const { child } of programs) child.kill("SIGINT");
  for (const { result } of programs) expect((await result).exitCode).toBe(130);
  const closed = await runKtx(sandbox, ["batch", "status"], { env });
  expect(closed.stdout).toContain("The run has ended: no worker takes what waits");
  expect(closed.stdout).not.toMatch(/Workers|ktx ingest on/);
  expect(sim.requests).toEqual([]);
});
