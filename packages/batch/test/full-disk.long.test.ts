import { expect, test } from "vitest";
import { openSqliteStore, type UnitStore } from "../src/index.ts";
import { makeSqliteStore } from "./make-store.ts";

const batch = { id: "batch" };
const failure = { kind: "server", message: "f".repeat(2_000) };

interface Fill {
  /** Keys whose result the store confirmed. */
  readonly confirmed: readonly string[];
  readonly error: unknown;
}

/** Every write that the port has, one after another, until the store refuses one. */
async function fill(store: UnitStore, worker: string): Promise<Fill> {
  const confirmed: string[] = [];
  try {
    const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
    await store.add(
      keys.map((key) => ({ key, payload: "p".repeat(500) })),
      batch,
    );
    // What an earlier worker has set aside.
    await store.retry(keys);
    await store.putBlob(new Uint8Array(3_000));
    for (let index = 0; ; index += 1) {
      const answer = await store.claim({ worker, leaseMs: 10_000 });
      if (answer.type === "none") return { confirmed, error: undefined };
      const { claim } = answer;
      await store.heartbeat(claim);
      await store.pause(`group ${index}`, { untilMs: index + 1, reason: "r".repeat(500) });
      await store.resume(`group ${index - 1}`);
      const { key } = claim.unit;
      if (index % 6 === 0) await store.release(claim);
      else if (index % 6 === 1) await store.fail(claim, { failure, retryAfterMs: 0 });
      else if (index % 6 === 2) {
        await store.hold(claim, { reason: "h".repeat(2_000) });
        await store.retry([key]);
      } else if (index % 6 === 3) {
        await store.fail(claim, { failure });
        await store.retry([key]);
      } else {
        await store.complete(claim, { result: "r".repeat(3_000) });
        confirmed.push(key);
      }
    }
  } catch (error) {
    return { confirmed, error };
  }
}

async function resultsOf(store: UnitStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list({ states: ["done"] })) keys.push(key);
  return keys.toSorted();
}

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
      return await fill(store, "one");
    } catch (error) {
      return { confirmed: [], error };
    }
  })();
  // After the leases of the first worker.
  await using store = await openSqliteStore({ file: made.file, now: () => 10_000 });
  const kept = await resultsOf(store);
  // With room again, the same writes go through.
  expect(await fill(store, "two")).toMatchObject({ error: undefined });
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
      message: expect.stringContaining("Free some space and run this again"),
    });
});
