import { join } from "node:path";
import { expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openSqliteStore } from "../src/index.ts";

const batch = { id: "bench" };
const measured = 2_000;

/** Claims and completions one after another, on a store in which so many units are finished. */
test("claims beside finished units", async () => {
  const lines: string[] = [];
  const claims: Record<string, number> = {};
  for (const finished of [0, 10_000, 100_000]) {
    await using folder = await makeTestFolder("batch-bench");
    await using store = await openSqliteStore({ file: join(folder.path, "store.sqlite") });
    const units = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => ({ key: `${name} ${index}`, payload: index }));
    await store.add(units("old", finished), batch);
    const claim = async () =>
      await store.claim({ worker: "bench", leaseMs: 10_000, batchId: batch.id });
    for (;;) {
      const answer = await claim();
      if (answer.type === "none") break;
      // Not durable, so that the preparation is short: a dead letter is as far from claims as a result.
      await store.fail(answer.claim, { failure: { kind: "bench", message: "" } });
    }
    await store.add(units("new", measured), batch);
    const times: number[] = [];
    let claimMs = 0;
    let cpuMs = 0;
    for (;;) {
      const start = process.cpuUsage();
      const startMs = performance.now();
      const answer = await claim();
      const ms = performance.now() - startMs;
      const { user, system } = process.cpuUsage(start);
      if (answer.type === "none") break;
      times.push(ms);
      claimMs += ms;
      cpuMs += (user + system) / 1_000;
      await store.complete(answer.claim, { result: 0 });
    }
    expect(times).toHaveLength(measured);
    times.sort((a, b) => a - b);
    const p99 = times[Math.floor(times.length * 0.99)] ?? 0;
    const perSecond = Math.round((measured / claimMs) * 1_000);
    claims[`beside ${finished.toLocaleString("en-US")} finished units`] = perSecond;
    lines.push(
      `${finished} finished units: ${perSecond} claims per second, p99 ${p99.toFixed(2)} ms; ${(cpuMs / measured).toFixed(3)} ms of the processor for each, which other load does not change`,
    );
  }
  noteFigure({
    bench: "batch",
    title: "Claims per second of one worker",
    unit: "claims/s",
    better: "more",
    values: claims,
  });
  console.log(lines.join("\n"));
});
