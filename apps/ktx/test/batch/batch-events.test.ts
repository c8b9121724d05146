import { batchIdOf, type BatchEvent } from "@ktx/batch";
import { expect, test } from "vitest";
import { addEvent, noProgress } from "../../src/batch/batch-progress.ts";
import { limitOf } from "../../src/batch/limit-of.ts";
import { parsePrompts } from "../../src/batch/parse-prompts.ts";
import { describeEstimate } from "../../src/render/estimate-sentence.ts";
import { createLiveBatch } from "../../src/render/live-batch.ts";
import { describeTime } from "../../src/render/describe-time.ts";
import { captureIo } from "../capture-io.ts";
import { promptKey } from "../../src/batch/prompt-key.ts";

const usage = { tokens: 10, ranMs: 1_000 };

test("the time left is that of the open prompts at the rate of those that have ended, side by side", () => {
  const events: readonly BatchEvent[] = [
    {
      type: "batch_planned",
      atMs: 0,
      batchId: batchIdOf([]),
      units: 13,
      done: 0,
      failed: 0,
      held: 0,
      estimate: { units: 13, weight: 40, samples: 0 },
    },
    { type: "unit_started", atMs: 0, key: "a", group: "g", attempt: 1 },
    { type: "unit_started", atMs: 0, key: "b", group: "g", attempt: 1 },
    { type: "unit_done", atMs: 1_000, key: "a", result: 1, ...usage },
    { type: "unit_started", atMs: 1_000, key: "c", group: "g", attempt: 1 },
    { type: "unit_done", atMs: 1_000, key: "b", result: 1, ...usage },
  ];
  const early = events.reduce(addEvent, noProgress);
  expect(early).toMatchObject({ done: 2, running: 1, tokens: 20 });
  expect(early).not.toHaveProperty("leftMs");
  const end: BatchEvent = { type: "unit_done", atMs: 2_000, key: "c", result: 1, ...usage };
  expect(addEvent(early, end)).toMatchObject({ done: 3, leftMs: 5_000 });
});

test.each([
  [{ units: 2, count: 3, differing: 2 }, "3 prompts, 2 different."],
  [{ units: 2, count: 2, differing: 2 }, "2 prompts."],
  [{ units: 1, count: 3, differing: 2 }, "1 prompt."],
])("a batch of %j says how many prompts it asks", ({ units, ...prompts }, sentence) => {
  const io = captureIo({ cwd: "/", env: {} });
  using live = createLiveBatch(io);
  const estimate = { units, weight: 40, samples: 0 };
  const planned = {
    type: "batch_planned",
    atMs: 0,
    batchId: "b",
    done: 0,
    failed: 0,
    held: 0,
  } as const;
  live.onEvent({ ...planned, units, estimate }, { ...prompts, idOf: (key) => key });
  const cost = units === 1 ? "Its text has about 10 tokens" : "Their texts have about 10 tokens";
  expect(io.written.stderr.replaceAll(/\s+/g, " ")).toContain(`${sentence} ${cost}`);
});

test.each([
  [{ from: "batch", samples: 12 }, "12 answers of this batch"],
  [{ from: "store", samples: 1 }, "the answer in this store"],
  [{ from: "store", samples: 200 }, "the last 200 answers in this store"],
] as const)("an estimate by %j names its facts", (facts, words) => {
  const estimate = { units: 1_500, weight: 40, tokens: 12_000, ms: 61_000, ...facts };
  expect(describeEstimate(estimate)).toBe(
    ` To do: 1,500, about 12,000 tokens and 61 s, by the tokens and the time of ${words}.`,
  );
});

test("an estimate without an earlier answer names the length of the prompts alone", () => {
  expect(describeEstimate({ units: 2, weight: 4_000, samples: 0 })).toBe(
    " Their texts have about 1,000 tokens, by their length; no earlier answer says what the answers take.",
  );
  expect(describeEstimate({ units: 0, weight: 0, samples: 0 })).toBe("");
});

test("a countdown is there while a limit is waited for", () => {
  const wait = { group: "g", untilMs: 5_000, atMs: 1_000 };
  const started = addEvent(noProgress, {
    type: "wait_started",
    reason: "Used up.",
    willWait: true,
    ...wait,
  });
  expect(started).toMatchObject({ remainingMs: 4_000 });
  const ticked = addEvent(started, { type: "wait_tick", ...wait, remainingMs: 3_000 });
  expect(ticked).toMatchObject({ remainingMs: 3_000 });
  expect(
    addEvent(ticked, { type: "wait_finished", atMs: 5_000, group: "g", waitedMs: 4_000 }),
  ).not.toHaveProperty("remainingMs");
});

test("a limit ends where the service, or the runs that met it, said so; the later one counts", () => {
  const limit = { message: "Used up.", raw: "", retryable: false };
  const at = (precision: "second" | "minute") => ({
    ...limit,
    kind: "usage-limit" as const,
    resetsAt: { text: "", precision, atMs: 100_000 },
  });
  expect(limitOf(at("second"), 0, 50_000)).toEqual({ message: "Used up.", untilMs: 101_050 });
  expect(limitOf(at("minute"), 0, 50_000)).toEqual({ message: "Used up.", untilMs: 160_050 });
  expect(limitOf(at("second"), 170_000, 50_000)).toMatchObject({ untilMs: 170_050 });
  const soon = { ...limit, kind: "rate-limit" as const, retryAfterMs: 2_000 };
  expect(limitOf(soon, 0, 50_000)).toMatchObject({ untilMs: 52_050 });
  expect(limitOf({ ...limit, kind: "usage-limit" }, 40_000, 50_000)).toEqual({
    message: "Used up.",
  });
});

test("a limit that is not waited for is said once, by the local clock and without the words of the API", () => {
  const message =
    "Used up. Not waiting: the limit resets at 1970-01-01T00:01:40.000Z, later than maxWaitMs allows (0 s).";
  const failure = { kind: "usage-limit", message, facts: "Used up", raw: "", retryable: false };
  const { message: reason } = limitOf({ ...failure, kind: "usage-limit" }, 100_000, 50_000);
  const io = captureIo({ cwd: "/", env: {} });
  using live = createLiveBatch(io);
  const untilMs = 100_000;
  const wait = { type: "wait_started", atMs: 50_000, group: "g", untilMs, reason } as const;
  live.onEvent({ ...wait, willWait: false }, { count: 1, differing: 1, idOf: (key) => key });
  const until = describeTime(untilMs, 50_000);
  expect(until).toMatch(/^\d\d:\d\d$/);
  expect(io.written.stderr.replaceAll(/\s+/g, " ").trim()).toBe(
    `limit: Used up. It lasts until ${until}, longer than --wait allows.`,
  );
});

test("a key changes with all that the answer depends on, and with nothing else", () => {
  const parts = {
    prompt: "Hi",
    system: undefined,
    model: "some-model",
    endpoint: undefined,
    schema: undefined,
    tools: [],
  };
  const keys = [
    parts,
    { ...parts, prompt: "Ho" },
    { ...parts, prompt: "H\uD800" },
    { ...parts, prompt: "H\uFFFD" },
    { ...parts, system: "Hi" },
    { ...parts, model: "Hi" },
    { ...parts, endpoint: "Hi" },
    { ...parts, schema: "Hi" },
    { ...parts, tools: ["Hi"] },
  ].map(promptKey);
  expect(new Set(keys)).toHaveLength(keys.length);
  expect(promptKey({ ...parts })).toBe(keys[0]);
});

test("lines are texts or objects, with ids of their own or their numbers; empty ones count as lines", () => {
  const { prompts, problems } = parsePrompts(
    '\uFEFF"one"\r\n\n{"prompt":"two","id":7,"system":"Be brief."}\n{"prompt":"three","id":null}',
  );
  expect(problems).toEqual([]);
  expect(prompts).toEqual([
    { id: "1", text: "one" },
    { id: "7", text: "two", system: "Be brief." },
    { id: "4", text: "three" },
  ]);
});

test("a store that is full is said at once, and once", () => {
  const io = captureIo({ cwd: "/", env: {} });
  using live = createLiveBatch(io);
  const prompts = { count: 1, differing: 1, idOf: (key: string) => key };
  const lost = { type: "store_lost", atMs: 0, message: "No room is left for the store." } as const;
  for (const event of [lost, lost]) live.onEvent(event, prompts);
  expect(io.written.stderr.replaceAll(/\s+/g, " ")).toBe(
    "warning: No room is left for the store. Answers wait until the store takes them, for half a minute at most. ",
  );
});

test("a batch that is interrupted says what is kept before a second Ctrl-C can end it", () => {
  const io = captureIo();
  using live = createLiveBatch(io);
  const prompts = { count: 3, differing: 3, idOf: (key: string) => key };
  const estimate = { units: 2, weight: 40, samples: 0 };
  const planned = { batchId: "b", units: 3, done: 1, failed: 0, held: 0 };
  live.onEvent({ ...planned, type: "batch_planned", atMs: 0, estimate }, prompts);
  live.onEvent({ type: "stopping", atMs: 0, cause: "interrupt", running: 2 }, prompts);
  expect(io.written.stderr.replaceAll(/\s+/g, " ")).toContain(
    "Interrupting 2 running prompts. 1 answer is kept. Ctrl-C again ends at once, and keeps as much.",
  );
});
