import type { IngestEvent } from "@ktx/ingest";
import { expect, test } from "vitest";
import { createIngestProgress } from "../../src/ingest/ingest-progress.ts";
import { captureIo } from "../capture-io.ts";
import { screenOf } from "../screen-of.ts";

const batch = (event: object, unit?: string): IngestEvent =>
  ({
    type: "batch",
    ...(unit !== undefined && { unit }),
    event: { atMs: 0, ...event },
  }) as IngestEvent;
const planned = batch({
  type: "batch_planned",
  batchId: "b",
  units: 2,
  done: 0,
  failed: 0,
  held: 0,
  estimate: { units: 2, weight: 40, samples: 0 },
});
const started = batch({ type: "unit_started", key: "k", group: "model", attempt: 1 }, "a.md");
const done = batch({ type: "unit_done", key: "k", result: null, tokens: 12, ranMs: 5 }, "a.md");

test("a log has a line for each unit, and none for its steps", () => {
  const io = captureIo();
  using progress = createIngestProgress(io, undefined);
  const step: IngestEvent = { type: "step", unit: "a.md", stepIndex: 1, stepBudget: 3 };
  for (const event of [planned, started, step, done]) progress.onEvent(event);
  expect(io.written.stderr).toBe("  1/2  a.md  12 tokens\n");
});

test("a terminal shows units, tokens of the budget, and the steps of what runs", () => {
  const io = captureIo({ isTTY: true, env: { NO_COLOR: "1" } });
  using progress = createIngestProgress(io, 500);
  const step: IngestEvent = { type: "step", unit: "b.md", stepIndex: 2, stepBudget: 30 };
  for (const event of [planned, started, done, step]) progress.onEvent(event);
  expect(screenOf(io.written.stderr).split("\n")).toEqual([
    "  1/2  a.md  12 tokens",
    "  …  1 of 2 units · b.md 2 of ≤ 30 steps · 0 s · 12 of 500 tokens",
  ]);
});

test("an ingest that is interrupted says what is kept before a second Ctrl-C can end it", () => {
  const io = captureIo();
  using progress = createIngestProgress(io, undefined);
  for (const event of [planned, started, done]) progress.onEvent(event);
  progress.onEvent(batch({ type: "stopping", cause: "interrupt", running: 1 }));
  expect(io.written.stderr).toContain(
    "Stopping; 1 unit still runs. 1 finished unit is kept. Ctrl-C again ends at once, and keeps as much.\n",
  );
});

test("a limit is said once, and counts down in a terminal", () => {
  const io = captureIo({ isTTY: true, env: { NO_COLOR: "1" } });
  using progress = createIngestProgress(io, undefined);
  const limit = { group: "model", untilMs: 60_000, reason: "Used up." };
  progress.onEvent(planned);
  progress.onEvent(batch({ type: "wait_started", ...limit, willWait: true }));
  progress.onEvent(batch({ type: "wait_tick", ...limit, remainingMs: 59_000 }));
  expect(io.written.stderr.match(/limit: Used up\./g)).toHaveLength(1);
  expect(io.written.stderr).toContain("waiting for the limit to reset, 0:00:59 to go");
});

test("an ingest whose store is away says that it goes on by itself", () => {
  const io = captureIo();
  using progress = createIngestProgress(io, undefined);
  progress.onEvent(batch({ type: "store_lost", message: "The database team cannot be reached." }));
  expect(io.written.stderr).toContain(
    "The database team cannot be reached. This run goes on by itself: it asks again every second.\n",
  );
});

test("with several sign-ins a limit names the one that waits, and one without a worker has its command", () => {
  const [terminal, log] = [captureIo({ isTTY: true, env: { NO_COLOR: "1" } }), captureIo()];
  const limit = { group: "anna", untilMs: 60_000, reason: "Used up." };
  const screens: string[] = [];
  for (const io of [terminal, log]) {
    using progress = createIngestProgress(io, undefined);
    progress.onWorkersNeeded("DATABASE_URL", ["anna", "ben"]);
    // An ingest that is refused before it has a plan asks for no worker.
    expect(io.written.stderr).toBe("");
    progress.onEvent(plannedWith({ units: 2, tokens: 0, from: "bytes" }));
    progress.onEvent(planned);
    progress.onEvent(batch({ type: "wait_started", ...limit, willWait: true }));
    progress.onEvent(batch({ type: "unit_started", key: "k", group: "ben", attempt: 1 }, "a.md"));
    progress.onEvent(batch({ type: "wait_tick", ...limit, remainingMs: 59_000 }));
    screens.push(screenOf(io.written.stderr));
    progress.onEvent(batch({ type: "wait_finished", group: "anna", waitedMs: 1 }));
    progress.onEvent(batch({ type: "workers_missing", groups: ["ben"] }));
  }
  expect(screens[0]).toContain("anna is waiting for the limit to reset, 0:00:59 to go");
  expect(log.written.stderr.split("\n")).toEqual([
    "Workers run the units. Start one, on any machine: ktx worker --store DATABASE_URL --groups anna",
    expect.stringContaining("2 to read"),
    expect.stringContaining("limit: Used up. The units of anna wait until"),
    "The limit of anna has reset.",
    "No worker runs units of ben. Start one: ktx worker --store DATABASE_URL --groups ben",
    "",
  ]);
});

test("a worker that takes no unit is named, with its reason", () => {
  const io = captureIo();
  using progress = createIngestProgress(io, undefined);
  const aside = { type: "worker_aside", worker: "host 42" } as const;
  progress.onEvent({ ...aside, groups: ["ana"] });
  progress.onEvent({ ...aside, groups: null, refusal: "Expected the model a." });
  expect(io.written.stderr.split("\n")).toEqual([
    "The worker host 42 runs units of ana alone, and this ingest has none. Correct --groups here or there.",
    "The worker host 42 refuses the units: Expected the model a.",
    "",
  ]);
});

test("a name or a message with control characters acts on no terminal", () => {
  const io = captureIo({ isTTY: true, env: { NO_COLOR: "1" } });
  using progress = createIngestProgress(io, undefined);
  const failure = { kind: "server", message: "\u001b]0;owned\u0007" };
  progress.onEvent(planned);
  progress.onEvent(
    batch(
      { type: "unit_failed", key: "k", failure, failures: 1, tokens: 0, ranMs: 0 },
      "\u001b[2Ja.md",
    ),
  );
  expect(io.written.stderr).not.toContain("\u001b[2J");
  expect(io.written.stderr).not.toContain("\u001b]0;");
});

const plannedWith = (estimate: Extract<IngestEvent, { type: "planned" }>["plan"]["estimate"]) =>
  ({
    type: "planned",
    plan: {
      version: 1,
      units: [1, 2, 3].map((part) => ({
        key: `k${part}`,
        source: "a.md",
        kind: "markdown",
        from: part,
        to: part,
        tokens: 10,
      })),
      unchanged: [],
      evicted: [],
      skipped: [],
      estimate,
    },
  }) as const satisfies IngestEvent;

test.each([
  [
    { units: 3, tokens: 29_000, from: "bytes" },
    "3 to read · 0 unchanged · 0 deleted · 0 skipped · about 29,000 tokens, guessed from the size of the sources\n",
  ],
  [
    { units: 2, tokens: 18_000, ms: 120_000, from: "runs" },
    "2 to read · 1 known from earlier runs · 0 unchanged · 0 deleted · 0 skipped · about 18,000 tokens, as earlier runs used · about 2 min left\n",
  ],
  [
    { units: 0, tokens: 0, from: "runs" },
    "0 to read · 3 known from earlier runs · 0 unchanged · 0 deleted · 0 skipped\n",
  ],
] as const)("the plan says what its estimate comes from: %j", (estimate, line) => {
  const io = captureIo();
  using progress = createIngestProgress(io, undefined);
  progress.onEvent(plannedWith(estimate));
  expect(io.written.stderr).toBe(line);
});

test("a failure with several lines, and a name with one, take one line", () => {
  const io = captureIo();
  using progress = createIngestProgress(io, undefined);
  const failure = { kind: "server", message: "The service said:\n  1/2  b.md  99 tokens\nno" };
  progress.onEvent(planned);
  progress.onEvent(
    batch({ type: "unit_failed", key: "k", failure, failures: 1, tokens: 0, ranMs: 0 }, "a\n.md"),
  );
  expect(io.written.stderr).toBe("  1/2  a .md  failed: The service said: 1/2 b.md 99 tokens no\n");
});
