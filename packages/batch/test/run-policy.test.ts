import { expect, test } from "vitest";
import {
  type BatchEvent,
  runBatch,
  type RunBatchOptions,
  StoreError,
  type Unit,
  type UnitOutcome,
  type UnitStore,
} from "../src/index.ts";
import { makeSqliteStore } from "./make-store.ts";
import { openVirtualClock, type VirtualClock } from "./virtual-clock.ts";

interface Scene {
  readonly clock: VirtualClock;
  readonly store: UnitStore;
  readonly events: BatchEvent[];
  readonly startMs: number;
  /** Runs a batch on the clock. */
  readonly run: <Result>(
    options: Omit<RunBatchOptions<number, Result>, "store" | "clock">,
  ) => ReturnType<typeof runBatch>;
}

/** A store and a run on a clock that passes as fast as the work allows. */
async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = openVirtualClock();
  await using made = await makeSqliteStore(clock.now);
  await using store = await made.open();
  const events: BatchEvent[] = [];
  const onEvent = (event: BatchEvent): void => {
    events.push(event);
  };
  await body({
    clock,
    store,
    events,
    startMs: clock.now(),
    run: (options) => clock.drive(runBatch({ random: () => 0, onEvent, ...options, store, clock })),
  });
}

function unitsOf(count: number, group = "default"): readonly Unit<number>[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${group} ${index}`,
    group,
    payload: index,
  }));
}

const done: UnitOutcome<string> = { type: "done", result: "Yes.", tokens: 10 };
const message = "Used up.";

function typesOf(events: readonly BatchEvent[], ...wanted: readonly BatchEvent["type"][]) {
  return events.flatMap(({ type }) => (wanted.includes(type) ? [type] : []));
}

test("a limit pauses its group alone: one wait with a countdown, then one unit goes first and the others follow", () =>
  inScene(async ({ clock, events, run, startMs }) => {
    const untilMs = startMs + 600_000;
    const starts: (readonly [string, number])[] = [];
    const report = await run({
      units: [...unitsOf(8, "plan"), ...unitsOf(8, "other")],
      concurrency: 6,
      run: async ({ group, key }) => {
        starts.push([key, clock.now() - startMs]);
        await clock.wait(1_000, undefined);
        if (group === "plan" && clock.now() < untilMs)
          return { type: "limited", limit: { message, untilMs } };
        return done;
      },
    });
    expect(report).toMatchObject({ ended: "finished", counts: { done: 16, failed: 0 } });
    expect(typesOf(events, "wait_started", "wait_finished")).toEqual([
      "wait_started",
      "wait_finished",
    ]);
    const ticks = events.flatMap((event) => (event.type === "wait_tick" ? [event] : []));
    expect(ticks.length).toBeGreaterThan(500);
    expect(ticks.every(({ group }) => group === "plan")).toBe(true);
    const remaining = ticks.map(({ remainingMs }) => remainingMs);
    expect(remaining).toEqual(remaining.toSorted((a, b) => b - a));
    const after = starts.filter(([, ms]) => ms >= 600_000).map(([, ms]) => ms);
    // The first goes alone for its second; the group's others start when it has ended.
    expect(after.slice(0, 2)).toEqual([600_000, 601_000]);
    const others = starts.filter(([key]) => key.startsWith("other"));
    expect(others).toHaveLength(8);
    for (const [, ms] of others) expect(ms).toBeLessThan(10_000);
  }));

test("a limit without a known end is waited for in growing pauses, and its units do not fail", () =>
  inScene(async ({ events, run }) => {
    let asked = 0;
    const report = await run({
      units: unitsOf(2),
      run: async () => {
        asked += 1;
        return asked <= 6 ? { type: "limited", limit: { message } } : done;
      },
    });
    expect(report).toMatchObject({ ended: "finished", counts: { done: 2 } });
    const waits = events.flatMap((event) =>
      event.type === "wait_finished" ? [Math.round(event.waitedMs / 1_000)] : [],
    );
    expect(waits.slice(0, 3)).toEqual([60, 120, 240]);
  }));

test("a limit that lasts longer than the run may wait ends it, once the other groups are done", () =>
  inScene(async ({ run, events, startMs, store }) => {
    const untilMs = startMs + 7_200_000;
    const report = await run({
      units: [...unitsOf(3, "plan"), ...unitsOf(3, "other")],
      rateLimits: { maxWaitMs: 3_600_000 },
      run: async ({ group }) =>
        group === "plan" ? { type: "limited", limit: { message, untilMs } } : done,
    });
    expect(report).toMatchObject({ ended: "limit", counts: { done: 3, waiting: 3, failed: 0 } });
    expect(events).toContainEqual(
      expect.objectContaining({ type: "wait_started", group: "plan", willWait: false }),
    );
    expect(await store.paused()).toMatchObject([{ group: "plan", untilMs }]);
  }));

test("a new run asks with one unit in spite of an earlier limit, and goes on with all where the service answers", () =>
  inScene(async ({ run, clock, events, startMs, store }) => {
    await store.pause("default", { untilMs: startMs + 7_200_000, reason: message });
    const starts: number[] = [];
    const report = await run({
      units: unitsOf(6),
      rateLimits: { maxWaitMs: 60_000 },
      run: async () => {
        starts.push(clock.now() - startMs);
        await clock.wait(1_000, undefined);
        return done;
      },
    });
    expect(report).toMatchObject({ ended: "finished", counts: { done: 6 } });
    expect(starts).toEqual([0, 1_000, 1_000, 1_000, 1_000, 2_000]);
    expect(typesOf(events, "wait_started", "wait_finished")).toEqual([]);
    expect(await store.paused()).toEqual([]);
  }));

test("a new run whose one unit still meets the limit asks no more, and takes the end that the service gives now", () =>
  inScene(async ({ run, events, startMs, store }) => {
    await store.pause("default", { untilMs: startMs + 7_200_000, reason: "Of another account." });
    let asked = 0;
    const untilMs = startMs + 3_600_000;
    const options = {
      units: unitsOf(6),
      rateLimits: { maxWaitMs: 60_000 },
      run: async (): Promise<UnitOutcome<string>> => {
        asked += 1;
        return { type: "limited", limit: { message, untilMs } };
      },
    };
    expect(await run(options)).toMatchObject({ ended: "limit", counts: { waiting: 6, failed: 0 } });
    expect(asked).toBe(1);
    expect(await store.paused()).toEqual([{ group: "default", untilMs, reason: message }]);
    expect(typesOf(events, "wait_started", "wait_finished")).toEqual(["wait_started"]);
    // A further part of the same run does not ask again.
    expect(await run({ ...options, keepPauses: true })).toMatchObject({ ended: "limit" });
    expect(asked).toBe(1);
  }));

test("a new run that has nothing to do leaves the pauses of others", () =>
  inScene(async ({ run, startMs, store }) => {
    const units = unitsOf(2);
    await run({ units, run: async () => done });
    await store.pause("default", { untilMs: startMs + 7_200_000, reason: message });
    await store.pause("other", { untilMs: startMs + 7_200_000, reason: message });
    expect(await run({ units, run: async () => done })).toMatchObject({ ended: "finished" });
    expect(await store.paused()).toHaveLength(2);
    await run({ units: unitsOf(3), run: async () => done });
    expect(await store.paused()).toMatchObject([{ group: "other" }]);
  }));

test("a failure is tried again after growing waits, one that names a longer wait after that, and one of its own nature never", () =>
  inScene(async ({ run, clock, startMs, events }) => {
    const failure = { kind: "server", message: "Overloaded." };
    const starts: number[][] = [[], [], []];
    const report = await run({
      units: unitsOf(3),
      run: async ({ payload }): Promise<UnitOutcome<string>> => {
        starts[payload]?.push(clock.now() - startMs);
        if (payload === 0) return { type: "failed", failure, tokens: 1 };
        if (payload === 1) return { type: "failed", failure, retryAfterMs: 60_000, tokens: 1 };
        return { type: "failed", failure, isRetryable: false, tokens: 1 };
      },
    });
    expect(report).toMatchObject({ ended: "finished", tokens: 7, counts: { failed: 3 } });
    expect(starts).toEqual([[0, 1_000, 3_000], [0, 60_000, 120_000], [0]]);
    const dead = events.filter(
      (event) => event.type === "unit_failed" && event.retryAfterMs === undefined,
    );
    expect(dead).toHaveLength(3);
  }));

test("the stop signal lets running units finish and starts no other; the next run goes on", () =>
  inScene(async ({ run, clock, events }) => {
    const stop = new AbortController();
    const options = {
      units: unitsOf(10),
      concurrency: 2,
      stopSignal: stop.signal,
      run: async ({ payload }: { payload: number }) => {
        await clock.wait(1_000, undefined);
        if (payload === 2) stop.abort();
        return done;
      },
    };
    expect(await run(options)).toMatchObject({
      ended: "stopped",
      counts: { done: 4, waiting: 6, running: 0 },
    });
    expect(events).toContainEqual(expect.objectContaining({ type: "stopping", cause: "stop" }));
    const { stopSignal: _, ...rest } = options;
    expect(await run(rest)).toMatchObject({ ended: "finished", counts: { done: 10 } });
  }));

test("the signal interrupts running units and gives them back without a failure, also those that do not end", () =>
  inScene(async ({ run, clock, events, store }) => {
    const interrupt = new AbortController();
    const report = await run({
      units: unitsOf(4),
      concurrency: 3,
      signal: interrupt.signal,
      run: async ({ payload }, { signal }) => {
        if (payload === 2) {
          await clock.wait(100, undefined);
          interrupt.abort(new Error("Enough."));
        }
        // The first one does not hear its signal.
        await clock.wait(600_000, payload === 0 ? undefined : signal);
        signal.throwIfAborted();
        return done;
      },
    });
    expect(report).toMatchObject({
      ended: "interrupted",
      counts: { waiting: 4, running: 0, failed: 0 },
    });
    expect(typesOf(events, "stopping", "unit_released", "unit_failed")).toEqual([
      "stopping",
      "unit_released",
      "unit_released",
    ]);
    const records = await store.get(unitsOf(4).map(({ key }) => key));
    expect(records.map((record) => record?.failures)).toEqual([0, 0, 0, 0]);
  }));

test("a run in which no unit can succeed ends, and fails none of them", () =>
  inScene(async ({ run, store }) => {
    const failure = { kind: "auth", message: "Not signed in." };
    let asked = 0;
    const report = await run({
      units: unitsOf(20),
      concurrency: 2,
      run: async () => {
        asked += 1;
        return { type: "blocked", failure };
      },
    });
    expect(report).toMatchObject({ ended: "blocked", failure, counts: { waiting: 20, failed: 0 } });
    expect(asked).toBeLessThanOrEqual(2);
    expect((await store.counts()).running).toBe(0);
  }));

test("the plan of a run has the cost of its open units, at the rates of those that are done", () =>
  inScene(async ({ run, clock, events }) => {
    const options = {
      units: unitsOf(10),
      concurrency: 2,
      run: async () => {
        await clock.wait(4_000, undefined);
        return done;
      },
    };
    await run({ ...options, budget: { tokens: 40 } });
    await run(options);
    const plans = events.filter(({ type }) => type === "batch_planned");
    expect(plans).toMatchObject([
      { units: 10, done: 0, tokenBudget: 40, estimate: { units: 10, weight: 10, samples: 0 } },
      {
        units: 10,
        done: 4,
        estimate: { units: 6, samples: 4, from: "batch", tokens: 60, ms: 12_000 },
      },
    ]);
  }));

test("failed units are expected to use no less than they used in their last run", () =>
  inScene(async ({ clock, run, events }) => {
    const failing: UnitOutcome<string> = {
      type: "failed",
      failure: { kind: "server", message: "It is down." },
      tokens: 30,
    };
    const options = {
      units: unitsOf(4),
      run: async ({ payload }: { readonly payload: number }) => {
        await clock.wait(1_000, undefined);
        return payload === 0 ? failing : done;
      },
      retry: { attempts: 3 },
    };
    await run(options);
    await run({ ...options, onlyFailed: true });
    await run({ ...options, onlyFailed: true });
    const plans = events.filter(({ type }) => type === "batch_planned");
    expect(plans.slice(1)).toMatchObject([
      { units: 1, estimate: { tokens: 90, ms: 3_000 } },
      { units: 1, estimate: { tokens: 90, ms: 3_000 } },
    ]);
  }));

test("a unit whose lease is lost hears it, and its result is not recorded", () =>
  inScene(async ({ clock, store, events, run }) => {
    let hasHeard = false;
    const report = await run({
      units: unitsOf(1),
      run: async (_, { signal }) => {
        // The machine slept for longer than the lease, and another worker has the unit.
        clock.setWall(10_000);
        const taken = await store.claim({ worker: "other", leaseMs: 10_000 });
        if (taken.type !== "claimed") throw new Error("Expected the unit to be free.");
        await clock.wait(600_000, signal);
        hasHeard = signal.aborted;
        await store.complete(taken.claim, { result: "The other's." });
        return done;
      },
    });
    expect(report).toMatchObject({ ended: "finished", counts: { done: 1 } });
    expect(hasHeard).toBe(true);
    expect(typesOf(events, "unit_done", "unit_lost", "unit_failed")).toEqual(["unit_lost"]);
    expect(await store.get(["default 0"])).toMatchObject([{ result: "The other's." }]);
  }));

test("two runs on one store, on a clock that jumps, give each unit one result", () =>
  inScene(async ({ clock, store, events }) => {
    let steps = 0;
    const jumps = [3_600_000, -7_200_000, 86_400_000, -1, 20_000, -86_400_000];
    const work = (name: string) =>
      runBatch({
        units: unitsOf(60),
        store,
        clock,
        retry: { losses: 1_000 },
        onEvent: (event) => events.push(event),
        run: async (_, { attempt }): Promise<UnitOutcome<string>> => {
          await clock.wait(700, undefined);
          steps += 1;
          if (steps % 7 === 0) clock.setWall(jumps[(steps / 7) % jumps.length] ?? 0);
          await clock.wait(700, undefined);
          return { type: "done", result: `${name} ${attempt}` };
        },
      });
    const reports = await clock.drive(Promise.all([work("one"), work("two")]));
    for (const report of reports)
      expect(report).toMatchObject({ ended: "finished", counts: { done: 60, failed: 0 } });
    const results = new Map<string, unknown>();
    const told = events.flatMap((event) => (event.type === "unit_done" ? [event] : []));
    for (const { key, result } of told) results.set(key, result);
    expect(told).toHaveLength(60);
    for (const record of await store.get(unitsOf(60).map(({ key }) => key))) {
      expect(record?.result).toBe(results.get(record?.key ?? ""));
      expect(String(record?.result).split(" ")[1]).toBe(String(record?.attempt));
    }
  }));

test("a run that waits for room in a group, or for the end of the others, looks every second and not after a lease", () =>
  inScene(async ({ clock, store, startMs }) => {
    // Others end their units without a word, as those of a database do.
    const silent = new Proxy(store, {
      get: (target, name) => {
        const own = name === "watch" ? async function* () {} : Reflect.get(target, name);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
    const work = () =>
      runBatch({
        units: unitsOf(4),
        store: silent,
        clock,
        groupConcurrency: 1,
        leaseMs: 60_000,
        run: async () => {
          await clock.wait(500, undefined);
          return done;
        },
      });
    for (const { counts } of await clock.drive(Promise.all([work(), work()])))
      expect(counts.done).toBe(4);
    expect(clock.now() - startMs).toBeLessThan(10_000);
  }));

/** A store that refuses to record results as long as its disk is full. */
function withFullDisk(store: UnitStore, isFull: () => boolean): UnitStore {
  const complete: UnitStore["complete"] = async (claim, end) => {
    if (isFull()) throw new StoreError("full", "No room is left.");
    return await store.complete(claim, end);
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "complete") return complete;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("a result that a full disk refuses is recorded once there is room, without a second run of its unit", () =>
  inScene(async ({ clock, store, startMs, events }) => {
    let ran = 0;
    const report = await clock.drive(
      runBatch({
        units: unitsOf(6),
        store: withFullDisk(store, () => clock.now() < startMs + 20_000),
        clock,
        onEvent: (event) => events.push(event),
        run: async (): Promise<UnitOutcome<string>> => {
          ran += 1;
          return done;
        },
      }),
    );
    expect(report).toMatchObject({ ended: "finished", counts: { done: 6 } });
    expect(ran).toBe(6);
    const told = events.filter(({ type }) => type.startsWith("store_"));
    expect(told).toMatchObject([
      { type: "store_lost", message: "No room is left." },
      { type: "store_found" },
    ]);
    expect((told[0]?.atMs ?? Number.NaN) - startMs).toBeLessThan(1_000);
  }));

test("a disk that stays full ends the run with its sentence, and the next run goes on", () =>
  inScene(async ({ clock, store, run }) => {
    const work = async (): Promise<UnitOutcome<string>> => done;
    const full = runBatch({
      units: unitsOf(6),
      store: withFullDisk(store, () => true),
      clock,
      run: work,
    });
    await expect(clock.drive(full)).rejects.toMatchObject({ kind: "full" });
    const report = await run({ units: unitsOf(6), run: work });
    expect(report).toMatchObject({ ended: "finished", counts: { done: 6, failed: 0 } });
  }));
