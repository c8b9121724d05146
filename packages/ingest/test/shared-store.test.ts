import { cp } from "node:fs/promises";
import { join } from "node:path";
import { openSqliteStore, type UnitStore, type WorkEvent } from "@ktx/batch";
import { CodexError } from "@ktx/codex-runtime";
import { expect, test } from "vitest";
import {
  announcements,
  findCoordinators,
  findOpenRuns,
  findRunStates,
  findWorkers,
  type IngestEvent,
  workOnIngests,
  type WorkOnIngestsOptions,
} from "../src/index.ts";
import { noteCoordinator } from "../src/workers/coordinator-notes.ts";
import { type IngestWork, ingestWorkSchema } from "../src/workers/ingest-work.ts";
import { closeRuns, keepRunOpen, type OpenRun, openRunFor } from "../src/workers/open-runs.ts";
import { noteWorker } from "../src/workers/worker-notes.ts";
import { makeProject, playRuntime, type TestProject } from "./project.ts";

const sources = {
  "sources/refunds.md":
    "# Refunds\n\n- A refund is paid within 30 days.\n- A refund has one payer.\n",
  "sources/policy.txt": "A refund is paid within 14 days.\n\nAn order has one buyer.\n",
  "sources/orders.sql": "-- An order has one buyer.\nselect 1;\n-- An order ends with a receipt.\n",
};
const models = { extract: "gpt-5.5", reconcile: "gpt-5.5" };

interface Scene {
  readonly project: TestProject;
  readonly store: UnitStore;
  /** The same store, as the workers have it. */
  readonly theirs: UnitStore;
  /** Starts workers, which end with the scene. */
  readonly start: (
    options: Partial<WorkOnIngestsOptions> & Pick<WorkOnIngestsOptions, "runtime">,
  ) => { readonly events: readonly WorkEvent[]; readonly report: ReturnType<typeof workOnIngests> };
}

async function inScene(body: (scene: Scene) => Promise<void>): Promise<void> {
  await using project = await makeProject(sources);
  const file = join(project.path, "shared.db");
  await using store = await openSqliteStore({ file });
  // As on another machine: changes are seen across handles.
  await using theirs = await openSqliteStore({ file });
  const end = new AbortController();
  const reports: Promise<unknown>[] = [];
  try {
    await body({
      project,
      store,
      theirs,
      start: (options) => {
        const events: WorkEvent[] = [];
        const report = workOnIngests({
          store: theirs,
          models,
          signal: end.signal,
          retry: { attempts: 1 },
          onEvent: (event) => void events.push(event),
          ...options,
        });
        reports.push(report);
        return { events, report };
      },
    });
  } finally {
    end.abort();
    await Promise.allSettled(reports);
  }
}

test("workers of two sign-ins run all units, also those that compare, and the wiki is that of one machine", () =>
  inScene(async ({ project, store, start }) => {
    await using single = await makeProject(sources);
    await single.ingest(playRuntime());
    const coordinator = playRuntime();
    const [one, two] = [playRuntime(), playRuntime()];
    start({ runtime: one, groups: ["one"] });
    start({ runtime: two, groups: ["two"] });
    const workers = { groups: ["one", "two"] };
    expect(await project.ingest(coordinator, { store, workers })).toMatchObject({
      outcome: "applied",
      units: { done: 3, failed: 0 },
      contradictions: 1,
    });
    expect(coordinator.calls).toEqual([]);
    expect(one.calls.length + two.calls.length).toBe(4);
    expect(Math.min(one.calls.length, two.calls.length)).toBeGreaterThan(0);
    expect(await project.wiki()).toEqual(await single.wiki());
    expect(await findOpenRuns(store)).toEqual([]);
  }));

test("a project that shares a store with another one takes the results of the same sources, and nothing of its wiki", () =>
  inScene(async ({ project, store, start }) => {
    const secret = "The launch is on 3 March.";
    const note = { page: "plans.md", claim: secret, text: "It is on 4 March.", lines: "1" };
    await project.write({ "wiki/plans.md": `# Plans\n\n${secret}\n` });
    const runtime = playRuntime(
      (_, results) =>
        [
          { tool: "source_read", arguments: { from: 1, to: 1 } },
          { tool: "page_note_contradiction", arguments: { ...note, note: "They differ." } },
        ].at(results.length) ?? { text: "Done." },
    );
    start({ runtime });
    const shared = { "sources/launch.txt": "It is on 4 March.\n" };
    await project.write(shared);
    const options = { store, workers: {}, paths: ["sources/launch.txt"] };
    const first = await project.ingest(playRuntime(), options);
    expect(first).toMatchObject({ units: { done: 1 }, tokens: 100 });
    await using other = await makeProject(shared);
    const estimates: number[] = [];
    const second = await other.ingest(playRuntime(), {
      ...options,
      onEvent: (event) =>
        void (event.type === "planned" && estimates.push(event.plan.estimate.units)),
    });
    // Its estimate has nothing to read, and it counts no token.
    expect([estimates, second]).toEqual([
      [0],
      expect.objectContaining({ tokens: 0, contradictions: 0 }),
    ]);
    expect(second.units).toMatchObject({ done: 1, failed: 0 });
    expect(runtime.calls).toHaveLength(1);
    const pages = JSON.stringify(await other.wiki());
    expect(pages).toContain("It is on 4 March.");
    expect(pages).not.toContain("3 March");
    expect(JSON.stringify(await project.wiki())).toContain("3 March");
  }));

test("two projects with the same sources have a batch each on one store: neither ends, retries or changes what the other has", () =>
  inScene(async ({ project, store, start }) => {
    await using other = await makeProject(sources);
    const stopSignal = AbortSignal.abort();
    const batches = async () => (await store.batches()).filter(({ id }) => id !== announcements.id);
    const done = async (): Promise<ReadonlyMap<string, number>> => {
      const counts = (await batches()).map(
        async ({ id }) => [id, (await store.counts(id)).done] as const,
      );
      return new Map(await Promise.all(counts));
    };
    for (const one of [project, other])
      await one.ingest(playRuntime(), { store, workers: {}, stopSignal });
    const named = (await batches()).filter(({ label = "" }) => label.endsWith(": sources to read"));
    expect(new Set(named.map(({ id }) => id)).size).toBe(2);
    expect(new Set(named.map(({ label }) => label)).size).toBe(2);
    const runtime = playRuntime();
    start({ runtime });
    const first = await other.ingest(playRuntime(), { store, workers: {} });
    expect(first).toMatchObject({ outcome: "applied", units: { done: 3 } });
    expect(await project.wiki()).toEqual({});
    const [pages, calls] = [await other.wiki(), runtime.calls.length];
    const second = await project.ingest(playRuntime(), { store, workers: {} });
    expect(second).toMatchObject({ outcome: "applied", units: { done: 3 }, tokens: 0 });
    // Each unit was read once, and the results are those of the sources that both have.
    expect(runtime.calls).toHaveLength(calls);
    expect(await project.wiki()).toEqual(pages);
    const before = await done();
    const states = await findRunStates(store);
    await project.ingest(playRuntime(), { store, workers: {}, onlyFailed: true });
    await project.write({ "sources/refunds.md": "A refund is paid within 7 days.\n" });
    await project.ingest(playRuntime(), { store, workers: {} });
    expect(await other.wiki()).toEqual(pages);
    const after = await done();
    expect(new Map([...before.keys()].map((id) => [id, after.get(id)]))).toEqual(before);
    for (const [batchId, isOpen] of states)
      expect((await findRunStates(store)).get(batchId)).toBe(isOpen);
  }));

test("an ingest in a copy of a project's folder ends neither the ingest of the other nor what workers may take of it", () =>
  inScene(async ({ project, store, start }) => {
    const run = project.ingest(playRuntime(), { store, workers: {} });
    await expect.poll(async () => (await findOpenRuns(store)).length).toBe(1);
    await using copy = await makeProject(sources);
    await cp(join(project.path, ".ktx"), join(copy.path, ".ktx"), { recursive: true });
    const stopSignal = AbortSignal.abort();
    const stopped = await copy.ingest(playRuntime(), { store, workers: {}, stopSignal });
    expect(stopped).toMatchObject({ ended: "stopped", units: { open: 3 } });
    start({ runtime: playRuntime() });
    expect(await run).toMatchObject({ outcome: "applied", units: { done: 3, failed: 0 } });
    expect(await findOpenRuns(store)).toEqual([]);
  }));

test("a run that is closed is offered again, and one that is open, or another one, is left as it is", () =>
  inScene(async ({ store }) => {
    const runs = ["own", "other"].map((batchId): OpenRun => ({
      version: 1,
      project: "p",
      label: "p",
      batchId,
      groups: ["model"],
    }));
    const [own, other] = runs;
    if (own === undefined || other === undefined) throw new Error("Expected two runs.");
    const open = async () => (await findOpenRuns(store)).map(({ batchId }) => batchId).toSorted();
    await openRunFor(store, own);
    await openRunFor(store, other);
    expect(await open()).toEqual(["other"]);
    for (let looks = 0; looks < 2; looks += 1) {
      await keepRunOpen(store, own);
      await keepRunOpen(store, other);
      expect(await open()).toEqual(["other", "own"]);
    }
    await closeRuns(store, "p");
    expect(await open()).toEqual([]);
  }));

test("units of a plan that a later one has replaced are not run", () =>
  inScene(async ({ project, store, start }) => {
    const stopSignal = AbortSignal.abort();
    await project.ingest(playRuntime(), { store, workers: {}, stopSignal });
    await project.write({ "sources/refunds.md": "A refund is paid within 7 days.\n" });
    const runtime = playRuntime();
    start({ runtime });
    await project.ingest(playRuntime(), { store, workers: {} });
    expect(await store.counts()).toMatchObject({ waiting: 1, failed: 0 });
    expect(runtime.calls.filter((call) => call.includes("refunds"))).toHaveLength(1);
  }));

/** The store of a coordinator whose payloads are changed on their way. */
function withPayloads(store: UnitStore, change: (work: IngestWork) => unknown): UnitStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "add")
        return (units: Parameters<UnitStore["add"]>[0], batch: Parameters<UnitStore["add"]>[1]) =>
          target.add(
            units.map((unit) => {
              const work = ingestWorkSchema.safeParse(unit.payload);
              return work.success ? { ...unit, payload: change(work.data) } : unit;
            }),
            batch,
          );
      const method: unknown = Reflect.get(target, name);
      return typeof method === "function" ? method.bind(target) : method;
    },
  });
}

test("a worker whose reader differs refuses the units, says so once, and leaves them as they were", () =>
  inScene(async ({ project, store, start }) => {
    const runtime = playRuntime();
    const { events } = start({ runtime, name: "host 42" });
    const aside: IngestEvent[] = [];
    const end = new AbortController();
    const other = withPayloads(store, (work) =>
      work.type === "read" ? { ...work, unit: { ...work.unit, kind: "html" } } : work,
    );
    const run = project.ingest(playRuntime(), {
      store: other,
      workers: {},
      stopSignal: end.signal,
      onEvent: (event) => void (event.type === "worker_aside" && aside.push(event)),
    });
    await expect
      .poll(() => events.find(({ type }) => type === "batch_refused"))
      .toMatchObject({
        reason:
          "This version of ktx, which reads html files with html@2, would give the unit another key. Install the version of ktx that planned it.",
      });
    // All who open the store see it, the coordinator among them.
    await expect
      .poll(() => aside)
      .toEqual([
        {
          type: "worker_aside",
          worker: expect.stringMatching(/^host 42 /),
          groups: null,
          refusal: expect.stringContaining("would give the unit another key"),
        },
      ]);
    expect(await findWorkers(store)).toMatchObject([
      { refusals: [{ reason: expect.stringContaining("another key") }] },
    ]);
    end.abort();
    expect(await run).toMatchObject({ ended: "stopped", units: { failed: 0, open: 3 } });
    expect(runtime.calls).toEqual([]);
    expect(await store.counts()).toMatchObject({ waiting: 3, failed: 0 });
  }));

test("an idle worker is known with its last sign of life until it ends, and one without a group of the run is named on both sides", () =>
  inScene(async ({ project, store, theirs }) => {
    const end = new AbortController();
    const leave = new AbortController();
    const unused: (readonly string[])[] = [];
    const aside: IngestEvent[] = [];
    const working = workOnIngests({
      store: theirs,
      models,
      runtime: playRuntime(),
      groups: ["ana"],
      name: "host 42",
      signal: leave.signal,
      onUnusedGroups: (open) => unused.push(open),
    });
    await expect
      .poll(() => findWorkers(store))
      .toMatchObject([{ worker: expect.stringMatching(/^host 42 /), groups: ["ana"] }]);
    const [{ seenAtMs } = { seenAtMs: 0 }] = await findWorkers(store);
    expect(Math.abs(seenAtMs - (await store.now()))).toBeLessThan(30_000);
    expect(unused).toEqual([]);
    const run = project.ingest(playRuntime(), {
      store,
      workers: { groups: ["anna", "ben"] },
      stopSignal: end.signal,
      onEvent: (event) => void (event.type === "worker_aside" && aside.push(event)),
    });
    await expect.poll(() => unused).toEqual([["anna", "ben"]]);
    await expect
      .poll(() => aside)
      .toEqual([{ type: "worker_aside", worker: expect.any(String), groups: ["ana"] }]);
    const [open] = await findOpenRuns(store);
    expect((await findRunStates(store)).get(open?.batchId ?? "")).toBe(true);
    end.abort();
    await run;
    expect((await findRunStates(store)).get(open?.batchId ?? "")).toBe(false);
    leave.abort();
    await working;
    expect(await findWorkers(store)).toEqual([]);
  }));

test("the process behind a batch is known while it follows the batch", () =>
  inScene(async ({ project, store }) => {
    const end = new AbortController();
    const run = project.ingest(playRuntime(), {
      store,
      workers: { name: "ktx ingest on host 7" },
      stopSignal: end.signal,
    });
    await expect.poll(async () => (await findCoordinators(store)).size).toBe(1);
    const [open] = await findOpenRuns(store);
    expect((await findCoordinators(store)).get(open?.batchId ?? "")).toMatchObject({
      name: "ktx ingest on host 7",
      isLive: true,
    });
    // It is no worker.
    expect(await findWorkers(store)).toEqual([]);
    end.abort();
    await run;
    expect((await findCoordinators(store)).size).toBe(0);
  }));

test("a process that ended hard is known by its silence, until another one follows its batch", () =>
  inScene(async ({ project }) => {
    let nowMs = 1_000_000;
    await using store = await openSqliteStore({
      file: join(project.path, "notes.db"),
      now: () => nowMs,
    });
    const start = (name: string) => noteCoordinator(store, { name, batchId: "batch" });
    const find = async () => (await findCoordinators(store)).get("batch");
    await using _gone = await start("gone");
    expect(await find()).toMatchObject({ name: "gone", seenAtMs: 1_000_000, isLive: true });
    nowMs += 30_000;
    expect(await find()).toMatchObject({ name: "gone", seenAtMs: 1_000_000, isLive: false });
    await using _next = await start("next");
    expect(await find()).toMatchObject({ name: "next", isLive: true });
  }));

test("the note of a worker that has ended hard an hour ago goes when another one comes", () =>
  inScene(async ({ project }) => {
    let nowMs = 1_000_000;
    await using store = await openSqliteStore({
      file: join(project.path, "old.db"),
      now: () => nowMs,
    });
    const start = (name: string) => noteWorker(store, { worker: name, groups: null });
    await using _gone = await start("gone");
    nowMs += 60_000;
    await using _other = await start("other");
    expect((await findWorkers(store)).map(({ worker }) => worker)).toEqual(["gone", "other"]);
    nowMs += 3_700_000;
    await using _third = await start("third");
    expect((await findWorkers(store)).map(({ worker }) => worker)).toEqual(["third"]);
  }));

test("a worker without a sign-in ends, and the units wait for another one", () =>
  inScene(async ({ project, store, start }) => {
    const error = new CodexError({
      kind: "auth",
      message: "You are not signed in.",
      raw: "",
      retryable: false,
    });
    const metrics = { totalMs: 1, usage: {}, stepCount: 0, stepBoundariesMs: [] };
    const runtime: WorkOnIngestsOptions["runtime"] = {
      runAgentLoop: async () => ({
        stopReason: "error",
        error,
        toolCalls: [],
        toolFailures: [],
        metrics,
      }),
    };
    const { report } = start({ runtime });
    const run = project.ingest(playRuntime(), { store, workers: {} });
    expect(await report).toMatchObject({
      ended: "blocked",
      failure: { kind: "auth", message: "You are not signed in." },
    });
    start({ runtime: playRuntime() });
    expect(await run).toMatchObject({ outcome: "applied", units: { done: 3, failed: 0 } });
  }));

/** The result of a unit of `refunds.md`, with one part changed. */
function patchWith(change: object): object {
  const claim = { section: "", text: "A refund is free.", citations: [] };
  const page = { page: "refund.md", title: "Refund", summary: "", tags: [], claims: [claim] };
  return { pages: [{ ...page, ...change }], notes: [] };
}

test.each([
  ["a page outside of the wiki", patchWith({ page: "../../evil.md" }), "the page ../../evil.md"],
  ["a claim that no line says", patchWith({}), "that no line of its source says"],
  ["HTML in a title", patchWith({ title: "<script>", claims: [] }), "more than text in it"],
  ["no patch at all", { pages: "many" }, "got another value"],
])("a result in the store with %s fails its unit, and changes nothing", (_, result, message) =>
  inScene(async ({ project, store, theirs }) => {
    const run = project.ingest(playRuntime(), { store, workers: {} });
    await expect.poll(async () => (await findOpenRuns(store)).length).toBe(1);
    const [open] = await findOpenRuns(store);
    for (;;) {
      const batchId = open?.batchId ?? "";
      const answer = await theirs.claim({ worker: "mallory", leaseMs: 10_000, batchId });
      if (answer.type === "none") break;
      await theirs.complete(answer.claim, { result });
    }
    const report = await run;
    expect(report).toMatchObject({ units: { done: 0, failed: 3 } });
    expect(report.failures[0]?.failure.message).toContain(message);
    expect(await project.wiki()).toEqual({});
  }),
);
