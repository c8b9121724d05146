import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { openSqliteStore, runBatch, StoreError } from "../src/index.ts";
import { hasSmallDisks, runOnSmallDisk } from "../../../test/small-disk.ts";
import { type Fill, fillStore, resultsOf } from "./fill-store.ts";
import { makeSqliteStore } from "./make-store.ts";

/** A store with room for so many pages, filled until it refuses; and what is in it once there is room again. */
async function fillWithRoom(pages: number): Promise<Fill & { readonly kept: readonly string[] }> {
  await using made = await makeSqliteStore(() => 0);
  const filled = await (async (): Promise<Fill> => {
    try {
      await using store = await openSqliteStore({
        file: made.file,
        maxBytes: pages * 4_096,
        now: () => 0,
      });
      return await fillStore(store, "one");
    } catch (error) {
      return { confirmed: [], error };
    }
  })();
  // After the leases of the first worker.
  await using store = await openSqliteStore({ file: made.file, now: () => 10_000 });
  const kept = await resultsOf(store);
  // With room again, the same writes go through.
  expect(await fillStore(store, "two")).toMatchObject({ error: undefined });
  expect(await resultsOf(store)).toHaveLength(12);
  return { ...filled, kept };
}

test("a disk that is full at any write loses no result, and names the fix", async () => {
  const fills: Fill[] = [];
  for (let pages = 2; pages < 60; pages += 1) {
    const { kept, ...filled } = await fillWithRoom(pages);
    expect(kept).toEqual(filled.confirmed.toSorted());
    fills.push(filled);
  }
  const refused = fills.filter(({ error }) => error !== undefined);
  expect(refused.length).toBeGreaterThan(20);
  expect(refused.length).toBeLessThan(fills.length);
  for (const { error } of refused)
    expect(error).toMatchObject({
      name: "StoreError",
      kind: "full",
      // A worker that waits for room says it, too: it is not to be run again.
      message: expect.stringMatching(
        /^No room is left for the store \S+\. Free some space on its disk\. What was recorded is kept\. /,
      ),
    });
});

interface Round extends Fill {
  readonly pages: number;
  readonly kept: readonly string[];
  readonly after: readonly string[];
  readonly secondError: unknown;
}

// Elsewhere nobody but root may mount a file system.
test.skipIf(!hasSmallDisks)(
  "a file system that is full at any page loses no result, and with room again all goes through",
  async () => {
    const step = inject("longForm") === "full" ? 1 : 25;
    const lines = await runOnSmallDisk(join(import.meta.dirname, "full-disk-program.ts"), {
      kibibytes: 4_096,
      args: [String(step)],
    });
    const rounds = lines.map((line): Round => JSON.parse(line));
    const refused = rounds.filter(({ error }) => error !== null);
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.length).toBeLessThan(rounds.length);
    for (const { pages, confirmed, kept, after, secondError } of rounds) {
      expect({ pages, kept }).toEqual({ pages, kept: confirmed.toSorted() });
      expect({ pages, secondError, count: after.length }).toEqual({
        pages,
        secondError: null,
        count: 12,
      });
    }
    for (const { pages, error } of refused)
      expect({ pages, error }).toMatchObject({ error: { name: "StoreError", kind: "full" } });
  },
);

test("a batch whose disk is full at any page has each result exactly once after the runs with room", async () => {
  const units = Array.from({ length: 8 }, (_, index) => ({ key: `k${index}`, payload: index }));
  let interrupted = 0;
  const step = inject("longForm") === "full" ? 1 : 3;
  for (let pages = 2; pages < 60; pages += step) {
    await using made = await makeSqliteStore(() => 0);
    const runs = new Map<string, number>();
    const done = new Set<string>();
    const runOn = async (maxBytes: number | undefined, nowMs: number): Promise<string> => {
      let waited = 0;
      const clock = {
        now: () => nowMs,
        monotonicNow: () => waited,
        wait: async (delayMs: number) => {
          waited += delayMs;
          await new Promise((resolve) => setImmediate(resolve));
        },
      };
      try {
        await using store = await openSqliteStore({
          file: made.file,
          now: clock.now,
          ...(maxBytes !== undefined && { maxBytes }),
        });
        const report = await runBatch({
          units,
          store,
          concurrency: 3,
          clock,
          run: async ({ key }) => {
            expect(done).not.toContain(key);
            runs.set(key, (runs.get(key) ?? 0) + 1);
            return { type: "done", result: { key, run: runs.get(key), text: "r".repeat(3_000) } };
          },
          onEvent: (event) => {
            if (event.type === "unit_done") done.add(event.key);
          },
        });
        return report.ended;
      } catch (error) {
        return error instanceof StoreError ? error.kind : String(error);
      }
    };
    const first = await runOn(pages * 4_096, 0);
    expect(["full", "finished"]).toContain(first);
    if (first === "full") interrupted += 1;
    // After the leases of the first run.
    expect(await runOn(undefined, 10_000)).toBe("finished");
    await using store = await openSqliteStore({ file: made.file });
    const records = await store.get(units.map(({ key }) => key));
    expect(records.map((record) => record?.result)).toEqual(
      units.map(({ key }) => ({ key, run: runs.get(key), text: "r".repeat(3_000) })),
    );
  }
  expect(interrupted).toBeGreaterThan(5);
});
