import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore, type UnitStore } from "@ktx/batch";
import { expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openPostgresStore } from "../src/index.ts";
import { startPostgres } from "../test/start-postgres.ts";

const batch = { id: "bench" };

/** Empty units from claim to result, on both stores: so many workers at once, each with a handle of its own. */
test("units per second, and claims beside finished units", async () => {
  await using postgres = await startPostgres();
  await using folder = await makeTestFolder("queue-bench");
  let stores = 0;
  const kinds = [
    ["SQLite", () => openSqliteStore({ file: join(folder.path, `${stores}.sqlite`) })],
    [
      "Postgres",
      () => openPostgresStore({ url: postgres.url(), schema: `bench_${stores}`, connections: 2 }),
    ],
  ] as const;
  const lines: string[] = [];
  const speeds = new Map<number, Record<string, number>>();
  for (const [name, open] of kinds) {
    for (const workers of [1, 4, 16]) {
      stores += 1;
      const { perSecond, claims } = await measure(open, workers, 2_000);
      expect(claims).toHaveLength(2_000);
      speeds.set(workers, { [name]: perSecond, ...speeds.get(workers) });
      lines.push(
        `${name}, ${workers} workers: ${perSecond} units per second, claim p50 ${at(claims, 0.5)} ms, p99 ${at(claims, 0.99)} ms`,
      );
    }
  }
  for (const [workers, values] of speeds)
    noteFigure({
      bench: "queue",
      title: `Units per second, ${workers === 1 ? "1 worker" : `${workers} workers`}`,
      unit: "units/s",
      better: "more",
      values,
    });
  for (const [name, open] of kinds) {
    const medians: number[] = [];
    for (const finished of [0, 100_000]) {
      stores += 1;
      await using store = await open();
      await store.add([{ key: "first", payload: 0 }], batch);
      if (name === "SQLite") fillSqlite(join(folder.path, `${stores}.sqlite`), finished);
      else {
        await postgres.query(fillPostgres(`bench_${stores}`, finished));
        // As autovacuum does within a minute.
        await postgres.query("ANALYZE");
      }
      const { claims } = await measure(open, 1, 500);
      medians.push(Number(at(claims, 0.5)));
      lines.push(
        `${name}, ${finished} finished units: claim p50 ${at(claims, 0.5)} ms, p99 ${at(claims, 0.99)} ms`,
      );
    }
    const [none = 1, many = 1] = medians;
    lines.push(
      `${name}, claim beside 100,000 finished units against none: ${(many / none).toFixed(2)} times`,
    );
  }
  console.log(lines.join("\n"));
});

/** A payload and a result as units of an ingest have them, which do not compress. */
const payloadBytes = 900;
const resultBytes = 2_400;

test("rows and bytes of finished units", async () => {
  await using postgres = await startPostgres();
  await using store = await openPostgresStore({ url: postgres.url(), schema: "sizes" });
  const count = 2_000;
  const textOf = (bytes: number): string => randomBytes(bytes / 2).toString("hex");
  await store.add(
    Array.from({ length: count }, () => ({ key: textOf(64), payload: textOf(payloadBytes) })),
    batch,
  );
  const workers = Array.from({ length: 8 }, async (_, index) => {
    for (;;) {
      const answer = await store.claim({ worker: `${index}`, leaseMs: 60_000, batchId: batch.id });
      if (answer.type === "none") return;
      await store.complete(answer.claim, { result: textOf(resultBytes) });
    }
  });
  await Promise.all(workers);
  await postgres.query("VACUUM");
  const tables =
    await postgres.query(`SELECT c.relname AS name, pg_table_size(c.oid)::float8 AS heap,
      pg_indexes_size(c.oid)::float8 AS indexes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'sizes' AND c.relkind = 'r' AND c.relname IN ('units', 'payloads', 'results', 'members') ORDER BY 1`);
  expect(tables).toHaveLength(4);
  const perUnit = (bytes: unknown): number => Math.round(Number(bytes) / count);
  const sum = tables.reduce(
    (total, { heap, indexes }) => total + Number(heap) + Number(indexes),
    0,
  );
  console.log(
    [
      `A finished unit with ${payloadBytes} bytes of payload and ${resultBytes} of result has 4 rows and ${perUnit(sum)} bytes:`,
      ...tables.map(
        ({ name, heap, indexes }) =>
          `  ${String(name)}: ${perUnit(heap)} bytes, and ${perUnit(indexes)} of indexes`,
      ),
    ].join("\n"),
  );
});

async function measure(open: () => Promise<UnitStore>, workers: number, count: number) {
  const handles = await Promise.all(Array.from({ length: workers }, open));
  const first = handles[0];
  if (first === undefined) throw new Error("Expected a worker.");
  const name = `units ${Math.random()}`;
  await first.add(
    Array.from({ length: count }, (_, index) => ({ key: `${name} ${index}`, payload: index })),
    batch,
  );
  const claims: number[] = [];
  const startMs = performance.now();
  await Promise.all(
    handles.map(async (store, index) => {
      for (;;) {
        const claimMs = performance.now();
        const answer = await store.claim({
          worker: `${index}`,
          leaseMs: 60_000,
          batchId: batch.id,
        });
        if (answer.type === "none") return;
        claims.push(performance.now() - claimMs);
        await store.complete(answer.claim, { result: 0 });
      }
    }),
  );
  const perSecond = Math.round((claims.length / (performance.now() - startMs)) * 1_000);
  for (const store of handles) await store[Symbol.asyncDispose]();
  claims.sort((a, b) => a - b);
  return { perSecond, claims };
}

/** Units with results, in one statement: through the store they would take minutes. */
function fillPostgres(schema: string, count: number): string {
  return `WITH new AS (
      INSERT INTO ${schema}.units (hash, key, grp, weight, state, attempt, due_at, added_at, ended_at)
      SELECT sha256(convert_to('old ' || i, 'UTF8')), 'old ' || i, (SELECT min(id) FROM ${schema}.groups), 1, 'done', 1,
        NULL, i, i FROM generate_series(1, ${count}) i RETURNING id
    ), payloads AS (INSERT INTO ${schema}.payloads SELECT id, '0' FROM new),
    results AS (INSERT INTO ${schema}.results SELECT id, '0' FROM new)
    INSERT INTO ${schema}.members (batch, unit, position, grp, due_at)
    SELECT (SELECT min(id) FROM ${schema}.batches), id, 1000000 + id, (SELECT min(id) FROM ${schema}.groups), NULL FROM new`;
}

function fillSqlite(file: string, count: number): void {
  using database = new DatabaseSync(file);
  database.exec(`
    BEGIN;
    WITH RECURSIVE count_up (value) AS (SELECT 1 WHERE ${count} > 0 UNION ALL SELECT value + 1 FROM count_up WHERE value < ${count})
    INSERT INTO units (key, grp, weight, state, attempt, due_at, added_at, ended_at)
      SELECT 'old ' || value, 'default', 1, 'done', 1, NULL, value, value FROM count_up;
    INSERT INTO payloads SELECT id, '0' FROM units WHERE state = 'done';
    INSERT INTO results SELECT id, '0' FROM units WHERE state = 'done';
    INSERT INTO members SELECT (SELECT min(id) FROM batches), id, 1000000 + id, 'default', NULL FROM units
      WHERE state = 'done';
    COMMIT`);
}

function at(sorted: readonly number[], part: number): string {
  return (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2);
}
