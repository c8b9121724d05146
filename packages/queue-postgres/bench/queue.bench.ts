import { join } from "node:path";
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
    stores += 1;
    const medians: number[] = [];
    for (const finished of [0, 100_000]) {
      await using store = await open();
      await fill(store, finished);
      const { claims } = await measure(open, 1, 500);
      medians.push(Number(at(claims, 0.5)));
      lines.push(`${name}, ${finished} finished units: claim p50 ${at(claims, 0.5)} ms`);
    }
    const [none = 1, many = 1] = medians;
    lines.push(
      `${name}, claim beside 100,000 finished units against none: ${(many / none).toFixed(2)} times`,
    );
  }
  const sum = `SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'bench_${stores}' AND c.relkind = 'r'`;
  const [size] = await postgres.query(sum);
  lines.push(
    `Postgres: ${Math.round(Number(size?.["bytes"]) / 101_000)} bytes of the database per unit`,
  );
  console.log(lines.join("\n"));
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

/** Finished by dead letters, which are as far from claims as results, and faster to make. */
async function fill(store: UnitStore, count: number): Promise<void> {
  if (count === 0) return;
  await store.add(
    Array.from({ length: count }, (_, index) => ({ key: `old ${index}`, payload: index })),
    batch,
  );
  const workers = Array.from({ length: 2 }, async (_, index) => {
    for (;;) {
      const answer = await store.claim({ worker: `fill ${index}`, leaseMs: 60_000 });
      if (answer.type === "none") return;
      await store.fail(answer.claim, { failure: { kind: "bench", message: "" } });
    }
  });
  await Promise.all(workers);
}

function at(sorted: readonly number[], part: number): string {
  return (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2);
}
