import { join } from "node:path";
import { openSqliteStore, type UnitStore } from "@ktx/batch";
import { openPostgresStore } from "@ktx/queue-postgres";
import { expect, test } from "vitest";
import { startPostgres } from "../../../../packages/queue-postgres/test/start-postgres.ts";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";
import { keys, openTerminal } from "../terminal.ts";

/** A batch at work: one unit done, one running, one failed, one that waits for a limit. */
async function beginBatch(store: UnitStore): Promise<{ readonly endRunning: () => Promise<void> }> {
  const unit = (key: string, group: string) => ({ key, group, payload: { prompt: `Ask ${key}.` } });
  await store.add([unit("a", "anna"), unit("b", "ben"), unit("c", "ben"), unit("d", "anna")], {
    id: "night",
    label: "Over night",
  });
  const claim = async (group: string) => {
    const answer = await store.claim({ worker: "host 42", leaseMs: 600_000, groups: [group] });
    if (answer.type === "none") throw new Error("Expected a unit.");
    return answer.claim;
  };
  const usage = { tokens: 700, ranMs: 61_000 };
  await store.complete(await claim("anna"), { result: 1, usage });
  const failure = { kind: "server", message: "Broken." };
  await store.fail(await claim("ben"), { failure, usage: { tokens: 30, ranMs: 5_000 } });
  const running = await claim("ben");
  await store.pause("anna", {
    untilMs: (await store.now()) + 3_723_000,
    reason: "The plan is used up.",
  });
  return { endRunning: async () => void (await store.complete(running, { result: 2 })) };
}

/** The text that a person sees, at any moment. */
const facts = [
  "Over night",
  "1 of 4 done · 1 running · 1 waiting · 1 failed · 730 tokens",
  "host 42: 1 unit",
  /Ask c\. · ben · attempt 1 · lease ends in \d+ s/,
  /anna: The plan is used up\. Its units wait until [\d: -]+, 1:0[12]:\d\d to go\./,
  "anna · 1 done · 1 waiting · 700 tokens · 0:01:01 of work",
  "ben · 0 done · 1 running · 1 failed · 30 tokens · 5.0 s of work",
  "0:01:01 · Ask a. · anna · 700 tokens",
];

async function watch(
  sandbox: Pick<Sandbox, "project" | "env">,
  place: string,
  store: UnitStore,
): Promise<ReturnType<typeof openTerminal>> {
  const { endRunning } = await beginBatch(store);
  const terminal = openTerminal(sandbox, ["batch", "status", "--watch", "--store", place]);
  // The last line of the first picture.
  await terminal.seen("0:01:01 · Ask a. · anna · 700 tokens");
  const shown = terminal.shown().replaceAll(/\s+/g, " ");
  const missing = facts.filter((fact) =>
    typeof fact === "string" ? !shown.includes(fact) : !fact.test(shown),
  );
  expect([missing, shown]).toEqual([[], expect.any(String)]);
  await endRunning();
  await terminal.seen("2 of 4 done · 1 waiting");
  return terminal;
}

test("a watch of a file shows states, leases, limits, groups and slow units, and what changes, until Ctrl-C", async () => {
  await using sandbox = await openSandbox();
  await using store = await openSqliteStore({ file: join(sandbox.project, "units.sqlite") });
  const terminal = await watch(sandbox, "units.sqlite", store);
  terminal.press(keys.interrupt);
  expect(await terminal.exitCode).toBe(130);
});

test("a watch of a database shows the same, outlives its restart, and has views for other clients", async () => {
  await using sandbox = await openSandbox();
  await using postgres = await startPostgres();
  const url = postgres.url();
  await using store = await openPostgresStore({ url });
  const env = { ...sandbox.env, DATABASE_URL: url };
  const terminal = await watch({ ...sandbox, env }, "DATABASE_URL", store);
  expect(
    await postgres.query(
      'SELECT "group", done, failed, waiting, tokens::int, ran_seconds::float, paused_until IS NOT NULL AS paused FROM ktx_batch.status_groups ORDER BY 1',
    ),
  ).toEqual([
    {
      group: "anna",
      done: "1",
      failed: "0",
      waiting: "1",
      tokens: 700,
      ran_seconds: 61,
      paused: true,
    },
    {
      group: "ben",
      done: "1",
      failed: "1",
      waiting: "0",
      tokens: 30,
      ran_seconds: 5,
      paused: false,
    },
  ]);
  expect(
    await postgres.query("SELECT label, done, failed, waiting FROM ktx_batch.status_batches"),
  ).toEqual([{ label: "Over night", done: "2", failed: "1", waiting: "1" }]);
  await store.resume("anna");
  await store.claim({ worker: "host 43", leaseMs: 60_000 });
  expect(
    await postgres.query(
      "SELECT worker, unit, lease_ends_at > now() AS held FROM ktx_batch.status_workers",
    ),
  ).toEqual([{ worker: "host 43", unit: "d", held: true }]);
  expect(
    await postgres.query(
      "SELECT unit, failure_kind FROM ktx_batch.status_units ORDER BY ran_seconds DESC LIMIT 2",
    ),
  ).toEqual([
    { unit: "a", failure_kind: null },
    { unit: "b", failure_kind: "server" },
  ]);
  await postgres.restart();
  await terminal.seen("host 43: 1 unit");
  terminal.press(keys.interrupt);
  expect(await terminal.exitCode).toBe(130);
  expect(terminal.shown()).not.toContain("made-for-this-test");
});
