import { expect, test } from "vitest";
import {
  type BatchEvent,
  followBatch,
  type FollowOptions,
  StoreError,
  type Unit,
  type UnitStore,
  type WorkEvent,
  workOnBatches,
  type WorkOptions,
} from "../src/index.ts";
import { makeSqliteStore } from "./make-store.ts";
import { openVirtualClock, type VirtualClock } from "./virtual-clock.ts";

const message = "Used up.";

interface Scene {
  readonly clock: VirtualClock;
  readonly store: UnitStore;
  /** Starts a worker of these groups on the batches that were added. */
  readonly work: (
    options: Pick<WorkOptions<string>, "run"> & Partial<WorkOptions<string>>,
    groups?: readonly string[],
  ) => Promise<Awaited<ReturnType<typeof workOnBatches>> & { events: readonly WorkEvent[] }>;
  /** Adds units and follows them. */
  readonly follow: (
    units: readonly Unit<number>[],
    options?: Pick<FollowOptions<number>, "signal" | "sharedGroups">,
  ) => Promise<Awaited<ReturnType<typeof followBatch>> & { events: readonly BatchEvent[] }>;
}

/** The store with some methods in the place of its own. */
function replaceMethods(store: UnitStore, own: Partial<UnitStore>): UnitStore {
  return new Proxy(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof method === "function" ? method.bind(target) : method;
    },
  });
}

async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = openVirtualClock();
  await using made = await makeSqliteStore(clock.now);
  await using store = await made.open();
  // Its own watch looks at the file, which takes real time.
  const silent = replaceMethods(store, { watch: async function* () {} });
  await body({
    clock,
    store: silent,
    work: async (options, groups = ["a", "b"]) => {
      const events: WorkEvent[] = [];
      const report = await workOnBatches({
        store: silent,
        clock,
        random: () => 0,
        findBatches: async () => (await silent.batches()).map(({ id }) => ({ id, groups })),
        onEvent: (event) => void events.push(event),
        ...options,
      });
      return { ...report, events };
    },
    follow: async (units, options) => {
      const events: BatchEvent[] = [];
      const report = await followBatch({
        units,
        store: silent,
        clock,
        onEvent: (event) => void events.push(event),
        ...options,
      });
      return { ...report, events };
    },
  });
}

function unitsOf(count: number, group: string): readonly Unit<number>[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${group}${index}`,
    group,
    payload: index,
  }));
}

test("one process adds units and follows them, others run each of them once", () =>
  inScene(async ({ clock, store, work, follow }) => {
    const runs: string[] = [];
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async ({ key }) => {
      runs.push(key);
      await clock.wait(700, undefined);
      return { type: "done", result: key.toUpperCase(), tokens: 10 };
    };
    await clock.drive(
      (async () => {
        const workers = [1, 2].map(() => work({ run, concurrency: 2, stopSignal: end.signal }));
        const followed = await follow(unitsOf(9, "a"));
        expect(followed).toMatchObject({ ended: "finished", counts: { done: 9 }, tokens: 90 });
        expect(followed.events.filter(({ type }) => type === "unit_done")).toHaveLength(9);
        end.abort();
        const reports = await Promise.all(workers);
        expect(reports.map(({ ended }) => ended)).toEqual(["stopped", "stopped"]);
        expect(reports.reduce((sum, { done }) => sum + done, 0)).toBe(9);
      })(),
    );
    expect(runs.toSorted()).toEqual(
      unitsOf(9, "a")
        .map(({ key }) => key)
        .toSorted(),
    );
    expect((await store.get(["a3"]))[0]?.result).toBe("A3");
  }));

test("a worker that would give a unit another key refuses its batch once, and leaves it to others", () =>
  inScene(async ({ clock, work, follow }) => {
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async () => {
      await clock.wait(50, undefined);
      return { type: "done", result: "" };
    };
    await clock.drive(
      (async () => {
        const other = work({ run, findRefusal: () => "Its prompt differs.", signal: end.signal });
        const own = work({ run, signal: end.signal });
        expect(await follow(unitsOf(5, "a"))).toMatchObject({ counts: { done: 5, failed: 0 } });
        end.abort();
        const refused = await other;
        expect(refused.done).toBe(0);
        expect(refused.events.filter(({ type }) => type === "batch_refused")).toEqual([
          expect.objectContaining({ reason: "Its prompt differs." }),
        ]);
        expect((await own).done).toBe(5);
      })(),
    );
  }));

test("an interrupted worker gives its units back at once, uncounted", () =>
  inScene(async ({ clock, store, work, follow }) => {
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async (_, { signal }) => {
      if (end.signal.aborted) throw new Error("Started after the end.");
      queueMicrotask(() => end.abort());
      await clock.wait(60_000, signal);
      throw new Error("Interrupted.");
    };
    await clock.drive(
      (async () => {
        const leave = new AbortController();
        const followed = follow(unitsOf(2, "a"), { signal: leave.signal });
        expect((await work({ run, signal: end.signal })).ended).toBe("interrupted");
        leave.abort();
        expect(await followed).toMatchObject({ ended: "interrupted", counts: { running: 0 } });
      })(),
    );
    const [unit] = await store.get(["a0"]);
    expect(unit).toMatchObject({ state: "waiting", failures: 0, losses: 0 });
  }));

test("a limit of one group stops the workers of that group alone, until it ends", () =>
  inScene(async ({ clock, work, follow }) => {
    const startMs = clock.now();
    const untilMs = startMs + 60_000;
    const end = new AbortController();
    const starts: (readonly [string, number])[] = [];
    const run: WorkOptions<string>["run"] = async ({ group }) => {
      starts.push([group, clock.now() - startMs]);
      await clock.wait(2_000, undefined);
      return group === "a" && clock.now() < untilMs
        ? { type: "limited", limit: { message, untilMs } }
        : { type: "done", result: "" };
    };
    await clock.drive(
      (async () => {
        const workers = [["a"], ["a"], ["b"]].map((groups) =>
          work({ run, concurrency: 1, signal: end.signal }, groups),
        );
        const followed = await follow([...unitsOf(4, "a"), ...unitsOf(6, "b")]);
        expect(followed).toMatchObject({ ended: "finished", counts: { done: 10 } });
        expect(followed.events.map(({ type }) => type)).toContain("wait_started");
        end.abort();
        await Promise.all(workers);
      })(),
    );
    const during = starts.filter(([, at]) => at > 3_000 && at < 60_000);
    expect(new Set(during.map(([group]) => group))).toEqual(new Set(["b"]));
  }));

test("a follower leaves where the limit of all groups lasts longer than it waits", () =>
  inScene(async ({ clock, store, work, follow }) => {
    const end = new AbortController();
    const untilMs = clock.now() + 100 * 86_400_000;
    const run: WorkOptions<string>["run"] = async () => ({
      type: "limited",
      limit: { message, untilMs },
    });
    await clock.drive(
      (async () => {
        const worker = work({ run, signal: end.signal });
        expect(await follow(unitsOf(3, "a"))).toMatchObject({ ended: "limit" });
        end.abort();
        await worker;
      })(),
    );
    expect((await store.counts()).waiting).toBe(3);
  }));

test("a new follower lets the workers ask again in spite of an earlier limit", () =>
  inScene(async ({ clock, store, work, follow }) => {
    const untilMs = clock.now() + 100 * 86_400_000;
    await store.pause("a", { untilMs, reason: message });
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async () => ({ type: "done", result: "" });
    await clock.drive(
      (async () => {
        const worker = work({ run, signal: end.signal });
        await clock.wait(10_000, undefined);
        expect((await store.counts()).done).toBe(0);
        expect(await follow(unitsOf(3, "a"))).toMatchObject({ ended: "finished" });
        end.abort();
        await worker;
      })(),
    );
  }));

test("a worker waits for a store that cannot be reached, and goes on", () =>
  inScene(async ({ clock, store, work, follow }) => {
    let lostUntilMs = 0;
    const flaky = replaceMethods(store, {
      claim: async (ask) => {
        if (clock.now() < lostUntilMs) throw new StoreError("busy", "It cannot be reached.");
        return await store.claim(ask);
      },
    });
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async () => {
      lostUntilMs ||= clock.now() + 300_000;
      return { type: "done", result: "" };
    };
    await clock.drive(
      (async () => {
        const worker = work({ run, store: flaky, concurrency: 1, signal: end.signal });
        expect(await follow(unitsOf(3, "a"))).toMatchObject({ counts: { done: 3 } });
        end.abort();
        const { events } = await worker;
        const words = events.filter(({ type }) => type.startsWith("store_"));
        expect(words.map(({ type }) => type)).toEqual(["store_lost", "store_found"]);
      })(),
    );
  }));

test("a token budget ends one worker alone", () =>
  inScene(async ({ clock, work, follow }) => {
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async () => ({
      type: "done",
      result: "",
      tokens: 100,
    });
    await clock.drive(
      (async () => {
        const bounded = work({ run, concurrency: 1, budget: { tokens: 150 } });
        const followed = follow(unitsOf(6, "a"));
        expect(await bounded).toMatchObject({ ended: "budget", tokens: 200 });
        const other = work({ run, signal: end.signal });
        expect(await followed).toMatchObject({ counts: { done: 6 } });
        end.abort();
        await other;
      })(),
    );
  }));

test.each([120_000, -120_000])(
  "a worker whose clock is %i ms off pauses a group until the same moment",
  (offMs) =>
    inScene(async ({ clock, store, work, follow }) => {
      const untilMs = clock.now() + 30_000;
      const end = new AbortController();
      const pauses: number[] = [];
      const run: WorkOptions<string>["run"] = async () => {
        await clock.wait(100, undefined);
        return clock.now() < untilMs
          ? { type: "limited", limit: { message, untilMs } }
          : { type: "done", result: "" };
      };
      const own = { ...clock, now: () => clock.now() + offMs };
      const seen = replaceMethods(store, {
        pause: async (group, pause) => {
          pauses.push(pause.untilMs - untilMs);
          await store.pause(group, pause);
        },
      });
      await clock.drive(
        (async () => {
          const worker = work({ run, clock: own, store: seen, concurrency: 1, signal: end.signal });
          expect(await follow(unitsOf(2, "a"))).toMatchObject({ counts: { done: 2 } });
          end.abort();
          await worker;
        })(),
      );
      expect(new Set(pauses)).toEqual(new Set([0]));
      expect(clock.now()).toBeLessThan(untilMs + 60_000);
    }),
);

test("a worker ends once nothing has been left for it for so long; a unit of others, or of a paused group, is left", () =>
  inScene(async ({ clock, store, work }) => {
    const run: WorkOptions<string>["run"] = async () => ({ type: "done", result: "" });
    await store.add(unitsOf(3, "a"), { id: "batch" });
    await store.add(unitsOf(1, "b"), { id: "batch" });
    const startMs = clock.now();
    await store.pause("b", { untilMs: startMs + 90_000, reason: message });
    await clock.drive(
      (async () => {
        const report = await work({ run, idleMs: 30_000 });
        expect(report).toMatchObject({ ended: "idle", done: 4 });
        expect(clock.now() - startMs).toBeGreaterThanOrEqual(120_000);
        // The units of another group are none of its own.
        await store.add(unitsOf(1, "c"), { id: "other" });
        expect(await work({ run, idleMs: 0 }, ["a"])).toMatchObject({ ended: "idle", done: 0 });
        await store.claim({ worker: "another", leaseMs: 40_000 });
        expect(await work({ run, idleMs: 1_000 }, ["c"])).toMatchObject({ ended: "idle", done: 1 });
      })(),
    );
  }));

test("units that another run has taken into its groups come back once its workers leave them there", () =>
  inScene(async ({ clock, work, follow }) => {
    const end = new AbortController();
    const run: WorkOptions<string>["run"] = async () => {
      await clock.wait(1_000, undefined);
      return { type: "done", result: "" };
    };
    const inGroup = (group: string) => unitsOf(12, "u").map((unit) => ({ ...unit, group }));
    await clock.drive(
      (async () => {
        const worker = work({ run, concurrency: 1, signal: end.signal }, ["a"]);
        const first = follow(inGroup("a"), { signal: end.signal });
        await clock.wait(3_000, undefined);
        const leave = new AbortController();
        const other = follow(inGroup("b"), { signal: leave.signal });
        await clock.wait(100, undefined);
        leave.abort();
        await other;
        await Promise.race([first, clock.wait(600_000, undefined)]);
        end.abort();
        expect(await first).toMatchObject({ ended: "finished", counts: { done: 12 } });
        expect((await worker).done).toBe(12);
      })(),
    );
  }));

test("units of a paused sign-in, and of one without a worker, go to one that has none left; where groups are not shared they stay", () =>
  inScene(async ({ clock, store, work, follow }) => {
    const startMs = clock.now();
    const untilMs = startMs + 3_600_000;
    const ends: (readonly [string, number])[] = [];
    const runs: string[] = [];
    const runFor =
      (signIn: string): WorkOptions<string>["run"] =>
      async ({ key }) => {
        await clock.wait(1_000, undefined);
        if (signIn === "a" && clock.now() < untilMs && runs.length > 2)
          return { type: "limited", limit: { message, untilMs } };
        runs.push(key);
        ends.push([signIn, clock.now() - startMs]);
        return { type: "done", result: "" };
      };
    const units = ["a", "b", "nobody"].flatMap((group) => unitsOf(8, group));
    await clock.drive(
      (async () => {
        const end = new AbortController();
        const workers = ["a", "b"].map((name) =>
          work({ run: runFor(name), concurrency: 1, signal: end.signal }, [name]),
        );
        const followed = await follow(units, { sharedGroups: ["a", "b", "nobody"] });
        expect(followed).toMatchObject({ ended: "finished", counts: { done: 24 } });
        expect(clock.now()).toBeLessThan(untilMs);
        expect(new Set(runs).size).toBe(24);
        expect(runs).toHaveLength(24);
        expect(ends.filter(([signIn]) => signIn === "b").length).toBeGreaterThan(20);
        end.abort();
        await Promise.all(workers);
        // Without the option a group is more than a sign-in.
        const leave = new AbortController();
        const stays = follow(unitsOf(2, "alone"), { signal: leave.signal });
        await clock.wait(200_000, undefined);
        leave.abort();
        const { events } = await stays;
        expect(events.filter(({ type }) => type === "workers_missing")).toEqual([
          expect.objectContaining({ groups: ["alone"] }),
        ]);
        expect((await store.get(["alone0"]))[0]).toMatchObject({ group: "alone" });
      })(),
    );
  }));
