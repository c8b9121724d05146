import { join } from "node:path";
import { openSqliteStore, type UnitStore } from "@ktx/batch";
import { announcements } from "@ktx/ingest";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { Interruption } from "../../src/cli-io.ts";
import { runCli } from "../../src/cli.ts";
import type { BatchesReport } from "../../src/batch/read-batches.ts";
import { renderBatches } from "../../src/render/batch-status.ts";
import { captureIo } from "../capture-io.ts";

const nowMs = Date.now();

async function inStore(body: (store: UnitStore, file: string) => Promise<void>): Promise<void> {
  await using folder = await makeTestFolder("status");
  const file = join(folder.path, "units.sqlite");
  await using store = await openSqliteStore({ file, now: () => nowMs });
  const unit = (key: string, group: string) => ({ key, group, payload: { prompt: `Ask ${key}.` } });
  await store.add([unit("a", "anna"), unit("b", "anna"), unit("c", "ben"), unit("d", "ben")], {
    id: "night",
    label: "Over night",
  });
  for (const [key, ranMs] of [
    ["a", 61_000],
    ["c", 5_000],
  ] as const) {
    const answer = await store.claim({ worker: "one", leaseMs: 9_000, groups: groupsOf(key) });
    if (answer.type === "none") throw new Error("Expected a unit.");
    await store.complete(answer.claim, { result: 1, usage: { tokens: 700, ranMs } });
  }
  await store.claim({ worker: "host 42 ab12", leaseMs: 9_000, groups: ["ben"] });
  await store.pause("anna", { untilMs: nowMs + 3_723_000, reason: "The plan is used up." });
  await body(store, file);
}

function titlesOf(text: string): readonly string[] {
  return text.split("\n").filter((line, index) => index > 0 && /^[A-Z][a-z ]+$/.test(line));
}

function groupsOf(key: string): readonly string[] {
  return [key < "c" ? "anna" : "ben"];
}

test("ktx batch status --json has batches, workers with leases, limits, groups and slow units", () =>
  inStore(async (_, file) => {
    const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
    expect(await runCli(["batch", "status", "--store", file, "--json"], io)).toBe(0);
    expect(JSON.parse(io.written.stdout)).toMatchObject({
      version: 1,
      atMs: expect.any(Number),
      batches: [{ id: "night", counts: { done: 2, running: 1, waiting: 1 } }],
      workers: [
        {
          worker: "host 42 ab12",
          units: [{ key: "d", name: "Ask d.", attempt: 1, leaseEndsAtMs: nowMs + 9_000 }],
        },
      ],
      pauses: [{ group: "anna" }],
      groups: [
        { group: "anna", counts: { done: 1, waiting: 1, usage: { tokens: 700, ranMs: 61_000 } } },
        { group: "ben", counts: { done: 1, running: 1 } },
      ],
      slowest: [{ key: "a", name: "Ask a." }, { key: "c" }],
    });
  }));

test("for people: a countdown for each limit, and time and tokens for each group", () =>
  inStore(async (_, file) => {
    const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
    await runCli(["batch", "status", "--store", file, "--json"], io);
    const report: BatchesReport = JSON.parse(io.written.stdout);
    const text = renderBatches({ ...report, atMs: nowMs }, io);
    expect(text).toMatch(/^1 unit runs on 1 worker, and 1 waits\.\n/);
    expect(titlesOf(text)).toEqual([
      "Limits",
      "Batches at work",
      "Workers",
      "Groups",
      "Slowest units",
    ]);
    expect(text).toContain("2 of 4 done · 1 running · 1 waiting · 1,400 tokens");
    expect(text).toContain("host 42 ab12: 1 unit\n");
    expect(text).toContain("Ask d. · ben · attempt 1 · lease ends in 9 s");
    const later = renderBatches({ ...report, atMs: nowMs + 12_000 }, io, 0);
    expect(later).toContain("lease ended 3 s ago, so that another worker may take it");
    expect(later).toContain("and 1 older: ktx batch status");
    expect(text).toMatch(/anna: The plan is used up\. Its units wait until .*, 1:02:03 to go\./);
    expect(text).toContain("anna · 1 done · 1 waiting · 700 tokens · 0:01:01 of work");
    expect(text).toContain("5.0 s · Ask c. · ben · 700 tokens");
    expect(text).toContain("0:01:01 · Ask a. · anna · 700 tokens");
  }));

test("batches of one name have their ids behind it, and one with a name of its own has none", () =>
  inStore(async (_, file) => {
    const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
    await runCli(["batch", "status", "--store", file, "--json"], io);
    const report: BatchesReport = JSON.parse(io.written.stdout);
    const [own] = report.batches;
    if (own === undefined) throw new Error("Expected a batch.");
    const batches = ["1234567890ab", "abcdef012345"].map((id) => ({
      ...own,
      id,
      label: "p.jsonl",
    }));
    const text = renderBatches({ ...report, batches: [own, ...batches] }, io);
    expect(text).toContain("p.jsonl 12345678\n");
    expect(text).toContain("p.jsonl abcdef01\n");
    expect(text).toContain("Over night\n");
  }));

test("idle workers have their last sign of life, one that refuses its reason, and a run that has ended its mark", () =>
  inStore(async (_, file) => {
    const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
    await runCli(["batch", "status", "--store", file, "--json"], io);
    const report: BatchesReport = JSON.parse(io.written.stdout);
    const refusals = [{ batchId: "night", reason: "Expected the model a; this worker has b." }];
    const idle = { units: [], refusals: [] };
    const workers: BatchesReport["workers"] = [
      { ...idle, worker: "host 1", groups: null, seenAtMs: nowMs - 4_000 },
      { ...idle, worker: "host 2", groups: ["ana"], seenAtMs: nowMs - 240_000, refusals },
    ];
    const batches = report.batches.map((batch) => ({ ...batch, isOpen: false }));
    const text = renderBatches({ ...report, atMs: nowMs, batches, workers }, io);
    const before = renderBatches({ ...report, batches: [], atMs: nowMs, workers }, io);
    expect(before).toMatch(/^No batch has run on this store, and 2 workers are idle\.\n/);
    expect(before).toContain("\nWorkers\n  host 1: idle");
    expect(text).toContain("host 1: idle · last sign of life 4 s ago\n");
    expect(text).toContain(
      "host 2: idle · of ana alone · last sign of life 4 min ago: it may be gone\n",
    );
    expect(text).not.toContain("refuses");
    expect(text).toContain("The run has ended: no worker takes what waits until ktx ingest");
    const open = renderBatches({ ...report, atMs: nowMs, workers }, io);
    expect(open).toContain("refuses Over night: Expected the model a; this worker has b.");
    expect(open).not.toContain("has ended");
    const many = batches.flatMap((batch) =>
      Array.from({ length: 12 }, (__, index) => ({ ...batch, label: `run ${index}` })),
    );
    const long = renderBatches({ ...report, batches: many }, io);
    expect(long).toContain("and 2 older: ktx batch status --json");
    // The cause has one line, however many runs it holds.
    expect(long.match(/no worker takes what waits/g)).toHaveLength(1);
    expect(long).toContain("12 runs have ended: no worker takes what waits");
    expect(titlesOf(long).slice(0, 3)).toEqual(["Limits", "Batches at work", "Workers"]);
    const ended = many.map((batch) => ({ ...batch, counts: { ...batch.counts, running: 0 } }));
    const after = renderBatches({ ...report, batches: ended, workers }, io);
    expect(titlesOf(after).slice(0, 3)).toEqual(["Limits", "Workers", "Earlier batches"]);
    expect(after).toContain("1 waiting · 1,400 tokens · its run has ended · last run");
  }));

/** A batch of an ingest whose run is open, or has ended. */
async function addRun(
  store: UnitStore,
  { id, keys, isOpen }: { id: string; keys: readonly string[]; isOpen: boolean },
): Promise<void> {
  await store.add(
    keys.map((key) => ({ key, group: "dora", payload: null })),
    { id, label: id },
  );
  const run = { version: 1, project: id, label: id, batchId: id, groups: ["dora"] };
  const group = `project ${id}`;
  await store.add([{ key: `run ${id}`, group, payload: run }], announcements);
  if (isOpen) return;
  const ask = { worker: id, leaseMs: 9_000, batchId: announcements.id, groups: [group] };
  const answer = await store.claim(ask);
  if (answer.type === "none") throw new Error("Expected the announcement.");
  await store.complete(answer.claim, { result: null });
}

test.each([
  [
    "all units of an ended run, no unit is left",
    ["x", "y", "z"],
    /^No unit runs, and 3 wait for a worker\.\n\nBatches at work\n {2}two\n/,
  ],
  [
    "some units of an ended run, the others are left",
    ["y", "z", "w"],
    /^No unit runs, and 4 wait for a worker\.\nA run has ended: no worker takes its 1 unit until ktx ingest runs again in its project\.\n/,
  ],
  [
    "no unit of an ended run, all of that run are left",
    ["v"],
    /^No unit runs, and 4 wait for a worker\.\nA run has ended: no worker takes its 3 units until ktx ingest runs again in its project\.\n/,
  ],
])("where an open run offers %s", async (_, keys, verdict) => {
  await using folder = await makeTestFolder("status-shared");
  const file = join(folder.path, "units.sqlite");
  await using store = await openSqliteStore({ file, now: () => nowMs });
  await addRun(store, { id: "one", keys: ["x", "y", "z"], isOpen: false });
  await addRun(store, { id: "two", keys, isOpen: true });
  const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
  expect(await runCli(["batch", "status", "--store", file], io)).toBe(0);
  expect(io.written.stdout).toMatch(verdict);
  expect(io.written.stdout).toMatch(/Earlier batches\n {2}one\n.*3 waiting .* its run has ended/);
});

test("the live process of a run that is not open is shown, and its units are not left", async () => {
  await using folder = await makeTestFolder("status-live");
  const file = join(folder.path, "units.sqlite");
  await using store = await openSqliteStore({ file, now: () => nowMs });
  await addRun(store, { id: "one", keys: ["x"], isOpen: false });
  const note = { version: 1, type: "coordinator", name: "ktx ingest on host 7", batchId: "one" };
  await store.add([{ key: "note", group: "note", payload: note }], announcements);
  // Its sign of life is from the future, so that it lives however slow the test is.
  const ask = { worker: "host 7", leaseMs: 3_600_000, batchId: announcements.id, groups: ["note"] };
  expect(await store.claim(ask)).toMatchObject({ type: "claimed" });
  const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
  await runCli(["batch", "status", "--store", file, "--json"], io);
  const report: BatchesReport = JSON.parse(io.written.stdout);
  const text = renderBatches({ ...report, atMs: nowMs }, io);
  expect(text).toContain("\n    ktx ingest on host 7 · last sign of life 0 s ago\n");
  expect(text).not.toContain("has ended");
});

test("the ingest behind a batch has its last sign of life, and a silent one a line with the next step", () =>
  inStore(async (_, file) => {
    const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
    await runCli(["batch", "status", "--store", file, "--json"], io);
    const report: BatchesReport = JSON.parse(io.written.stdout);
    const render = (...lives: readonly boolean[]): string =>
      renderBatches(
        {
          ...report,
          atMs: nowMs,
          batches: report.batches.flatMap((batch) =>
            lives.map((isLive) => ({
              ...batch,
              isOpen: true,
              coordinator: {
                name: "ktx ingest on host 7",
                seenAtMs: nowMs - (isLive ? 4_000 : 240_000),
                isLive,
              },
            })),
          ),
        },
        io,
      );
    expect(render(true)).toContain("\n    ktx ingest on host 7 · last sign of life 4 s ago\n");
    expect(render(true)).not.toContain("no sign of life");
    const silent = render(true, false);
    expect(silent).toContain(
      "\n    ktx ingest on host 7 · last sign of life 4 min ago: it may be gone\n",
    );
    expect(silent.split("\n")[1]).toBe(
      "The ktx ingest of a batch gives no sign of life: run it again in its project, so that the wiki gets the results.",
    );
    expect(render(false, false)).toContain("The ktx ingests of 2 batches give no sign of life");
  }));

test("with --watch it is shown again after a change, until the user ends it", () =>
  inStore(async (store, file) => {
    const io = captureIo({ cwd: "/", env: { HOME: "/nowhere" } });
    const shown = runCli(["batch", "status", "--store", file, "--watch"], io);
    await expect.poll(() => io.written.stdout).toContain("2 of 4 done");
    await store.resume("anna");
    await expect.poll(() => io.written.stdout.split("Over night")).toHaveLength(3);
    io.interrupt(new Interruption("SIGINT", 130));
    expect(await shown).toBe(130);
    expect(io.written.stdout.split("Limits")).toHaveLength(2);
  }));
