import type { UnitStore } from "../src/index.ts";

const batch = { id: "batch" };
const failure = { kind: "server", message: "f".repeat(2_000) };

export interface Fill {
  /** Keys whose result the store confirmed. */
  readonly confirmed: readonly string[];
  readonly error: unknown;
}

/** Every write that the port has, one after another, until the store refuses one. */
export async function fillStore(store: UnitStore, worker: string): Promise<Fill> {
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

export async function resultsOf(store: UnitStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list({ states: ["done"] })) keys.push(key);
  return keys.toSorted();
}
