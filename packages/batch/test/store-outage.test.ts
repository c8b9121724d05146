import { expect, test } from "vitest";
import {
  type BatchEvent,
  type BatchReport,
  followBatch,
  type FollowOptions,
  StoreError,
  type StoreErrorKind,
  type UnitStore,
  type WorkEvent,
  workOnBatches,
  type WorkOptions,
} from "../src/index.ts";
import { makeSqliteStore } from "./make-store.ts";
import { openVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** Calls of a store that fail while it is away, or takes no writes. */
const everyCall: readonly (keyof UnitStore)[] = [
  "claim",
  "heartbeat",
  "complete",
  "fail",
  "hold",
  "release",
  "pause",
  "paused",
  "batches",
  "counts",
  "list",
  "recent",
];
const reads: readonly (keyof UnitStore)[] = ["paused", "batches", "counts", "list", "recent"];
const writes = everyCall.filter((name) => !reads.includes(name));

interface Scene {
  readonly clock: VirtualClock;
  readonly store: UnitStore;
  /** Lets these calls fail for so long, or for ever. */
  readonly fail: (
    kind: StoreErrorKind,
    calls: readonly (keyof UnitStore)[],
    forMs?: number,
  ) => void;
  /** One worker on three units until none is left, or it ends by itself. */
  readonly work: (
    options: Pick<WorkOptions<string>, "run"> & Partial<WorkOptions<string>>,
  ) => ReturnType<typeof workOnBatches>;
  /** Adds the same units and follows them, over the same way to the store. */
  readonly follow: (
    options?: Pick<FollowOptions<null>, "signal">,
  ) => Promise<BatchReport & { readonly events: readonly BatchEvent[] }>;
  readonly events: readonly WorkEvent[];
  readonly said: (...types: readonly WorkEvent["type"][]) => readonly string[];
}

function failureOf(kind: StoreErrorKind): StoreError {
  return new StoreError(kind, "It takes nothing now.");
}

function failingList(kind: StoreErrorKind): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failureOf(kind)) }) };
}

async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = openVirtualClock();
  await using made = await makeSqliteStore(clock.now);
  await using store = await made.open();
  let outage = { kind: "busy" as StoreErrorKind, calls: everyCall, untilMs: 0 };
  const flaky = new Proxy(store, {
    get: (target, name) => {
      // Its own watch looks at the file, which takes real time.
      if (name === "watch") return async function* () {};
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return (...values: readonly unknown[]): unknown => {
        if (clock.now() >= outage.untilMs || !outage.calls.some((call) => call === name))
          return method.apply(target, values);
        return name === "list" ? failingList(outage.kind) : Promise.reject(failureOf(outage.kind));
      };
    },
  });
  const events: WorkEvent[] = [];
  const units = ["a", "b", "c"].map((key) => ({ key, payload: null }));
  await store.add(units, { id: "batch" });
  await body({
    clock,
    store,
    fail: (kind, calls, forMs = Number.POSITIVE_INFINITY) => {
      outage = { kind, calls, untilMs: clock.now() + forMs };
    },
    work: (options) =>
      clock.drive(
        workOnBatches({
          store: flaky,
          clock,
          random: () => 0,
          concurrency: 2,
          idleMs: 5_000,
          findBatches: async () =>
            (await flaky.batches()).map(({ id }) => ({ id, groups: ["default"] })),
          onEvent: (event) => void events.push(event),
          ...options,
        }),
      ),
    follow: async (options) => {
      const heard: BatchEvent[] = [];
      const onEvent = (event: BatchEvent): void => void heard.push(event);
      return {
        ...(await followBatch({ units, store: flaky, clock, onEvent, ...options })),
        events: heard,
      };
    },
    events,
    said: (...types) => events.map(({ type }) => type).filter((type) => types.includes(type)),
  });
}

/** The state of each unit, and what its attempts have left. */
async function look(store: UnitStore): Promise<readonly unknown[]> {
  return (await store.get(["a", "b", "c"])).map(
    (record) =>
      record && [record.state, record.attempt, record.failures, record.losses, record.usage.tokens],
  );
}

test.each([
  ["away", "busy", everyCall],
  ["full", "full", writes],
  ["read-only", "read-only", writes],
] as const)(
  "answers that a worker has when the store is %s are recorded once it is back, under their claims",
  (_, kind, calls) =>
    inScene(async ({ clock, store, fail, work, said }) => {
      let hasFailed = false;
      const report = await work({
        run: async ({ key }) => {
          await clock.wait(1_000, undefined);
          if (!hasFailed) fail(kind, calls, 600_000);
          hasFailed = true;
          return { type: "done", result: key, tokens: 10 };
        },
      });
      expect(report).toMatchObject({ ended: "idle", done: 3, tokens: 30 });
      expect(await look(store)).toEqual(["a", "b", "c"].map(() => ["done", 1, 0, 0, 10]));
      expect(said("unit_lost", "unit_failed", "store_lost", "store_found")).toEqual([
        "store_lost",
        "store_found",
      ]);
    }),
);

test("where another worker has taken a unit during the outage, its answer counts, and the late one is said to be lost", () =>
  inScene(async ({ clock, store, fail, work, events }) => {
    let hasFailed = false;
    await work({
      concurrency: 1,
      run: async ({ key }) => {
        if (!hasFailed) {
          hasFailed = true;
          fail("busy", everyCall, 60_000);
          await clock.wait(20_000, undefined);
          const holding = ["b", "c"];
          const other = await store.claim({ worker: "another", leaseMs: 60_000, holding });
          if (other.type !== "claimed" || other.claim.unit.key !== key)
            throw new Error("Expected the unit to be free.");
          await store.complete(other.claim, { result: "The other's." });
        }
        return { type: "done", result: key };
      },
    });
    expect((await store.get(["a"]))[0]).toMatchObject({ attempt: 2, result: "The other's." });
    expect(events.filter(({ type }) => type === "unit_lost")).toEqual([
      expect.objectContaining({ key: "a", cause: "taken" }),
    ]);
  }));

test("a claim that a worker dropped while the store was away comes back to it after the lease", () =>
  inScene(async ({ store, fail, work, said }) => {
    let asked = 0;
    const report = await work({
      concurrency: 1,
      findRefusal: async () => {
        asked += 1;
        if (asked > 1) return undefined;
        fail("busy", everyCall, 60_000);
        throw new StoreError("busy", "It takes nothing now.");
      },
      run: async () => ({ type: "done", result: "", tokens: 10 }),
    });
    expect(report).toMatchObject({ ended: "idle", done: 3 });
    expect(await look(store)).toEqual([
      ["done", 2, 0, 0, 10],
      ["done", 1, 0, 0, 10],
      ["done", 1, 0, 0, 10],
    ]);
    expect(said("store_lost", "store_found")).toEqual(["store_lost", "store_found"]);
  }));

test("a store that does not give the parts of a unit is no failure of the unit, and the unit goes back", () =>
  inScene(async ({ store, work, events, said }) => {
    let tries = 0;
    const report = await work({
      run: async () => {
        tries += 1;
        if (tries <= 9) throw new StoreError("busy", "It gave no byte for 10 s.");
        return { type: "done", result: "" };
      },
    });
    expect(report).toMatchObject({ ended: "idle", done: 3 });
    expect((await store.get(["a", "b", "c"])).map((record) => record?.failures)).toEqual([0, 0, 0]);
    expect(said("unit_failed")).toEqual([]);
    const released = events.filter(({ type }) => type === "unit_released");
    expect(released).toEqual(Array(9).fill(expect.objectContaining({ cause: "store" })));
  }));

test("a worker that may not read what a unit needs gives it back and ends, so that others run it", () =>
  inScene(async ({ store, work }) => {
    const report = await work({
      run: async () => {
        throw new StoreError("broken", "This user lacks a right.");
      },
    });
    const failure = { kind: "store", message: "This user lacks a right." };
    expect(report).toMatchObject({ ended: "blocked", failure });
    for (const state of await look(store)) expect(state).toMatchObject(["waiting", {}, 0, 0, 0]);
  }));

test.each(["full", "read-only"] as const)(
  "a store that is %s from the start ends the worker; it is probably the wrong one",
  (kind) =>
    inScene(async ({ store, fail, work }) => {
      fail(kind, writes);
      const ended = work({ run: async () => ({ type: "done", result: "" }) });
      await expect(ended).rejects.toMatchObject({ name: "StoreError", kind });
      expect((await store.counts()).waiting).toBe(3);
    }),
);

test("an interrupt ends a worker whose store is away, and it says what became of its units", () =>
  inScene(async ({ clock, fail, work, events }) => {
    const end = new AbortController();
    const report = await work({
      signal: end.signal,
      run: async (_, { signal }) => {
        await clock.wait(100, undefined);
        fail("busy", everyCall);
        await clock.wait(60_000, undefined);
        end.abort();
        return signal.aborted
          ? { type: "failed", failure: { kind: "aborted", message: "Interrupted." } }
          : { type: "done", result: "" };
      },
    });
    expect(report.ended).toBe("interrupted");
    const lost = events.filter(({ type }) => type === "unit_lost");
    expect(lost).toEqual(Array(2).fill(expect.objectContaining({ cause: "store" })));
  }));

test("a limit that is met while the store is away pauses the group once the store is back", () =>
  inScene(async ({ clock, store, fail, work }) => {
    let hasFailed = false;
    const untilMs = clock.now() + 3_600_000;
    const report = await work({
      run: async () => {
        if (clock.now() >= untilMs) return { type: "done", result: "" };
        if (!hasFailed) fail("busy", everyCall, 60_000);
        hasFailed = true;
        return { type: "limited", limit: { message: "Used up.", untilMs } };
      },
    });
    expect(report).toMatchObject({ ended: "idle", done: 3 });
    expect((await store.get(["a", "b", "c"])).map((record) => record?.failures)).toEqual([0, 0, 0]);
    expect(clock.now()).toBeGreaterThanOrEqual(untilMs);
  }));

test("the process that follows a batch waits for a store that is away, says so once, and an interrupt ends it", () =>
  inScene(async ({ clock, fail, work, follow }) => {
    const run: WorkOptions<string>["run"] = async () => {
      await clock.wait(2_000, undefined);
      return { type: "done", result: "" };
    };
    const followed = follow();
    const working = work({ run, idleMs: 700_000 });
    await clock.wait(1_000, undefined);
    fail("busy", everyCall, 600_000);
    const { events, ...report } = await followed;
    expect(report).toMatchObject({ ended: "finished", counts: { done: 3 } });
    expect(events.map(({ type }) => type).filter((type) => type.startsWith("store_"))).toEqual([
      "store_lost",
      "store_found",
    ]);
    await working;
  }));

test("an interrupt ends the process that follows a batch also while the store is away", () =>
  inScene(async ({ clock, fail, follow }) => {
    const end = new AbortController();
    const leave = async (): Promise<void> => {
      await clock.wait(2_500, undefined);
      fail("busy", everyCall);
      await clock.wait(10_000, undefined);
      end.abort();
    };
    const [report] = await clock.drive(Promise.all([follow({ signal: end.signal }), leave()]));
    expect(report).toMatchObject({ ended: "interrupted", counts: { waiting: 3 } });
  }));
