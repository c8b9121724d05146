import * as fc from "fast-check";
import { expect, test } from "vitest";
import { exitCodeOfIngest, type IngestEvent } from "../src/index.ts";
import { type ModelAction, playIngestModel } from "../src/testing/index.ts";
import { makeProject, playRuntime, threeSources } from "./project.ts";

test("a unit that fails costs its own source alone, and only --only-failed tries it again", async () => {
  await using project = await makeProject(threeSources);
  const failing = playRuntime((user, results) => {
    if (user.includes("policy.txt")) throw new Error("The service is down.");
    return playIngestModel(user, results);
  });
  const report = await project.ingest(failing);
  expect(report).toMatchObject({ outcome: "applied", units: { done: 2, failed: 1, open: 0 } });
  expect(report.failures).toMatchObject([{ source: "sources/policy.txt", from: 1, to: 3 }]);
  const again = playRuntime();
  expect((await project.ingest(again)).units).toMatchObject({ failed: 1, unchanged: 2 });
  expect(again.calls).toEqual([]);
  const retried = await project.ingest(again, { onlyFailed: true });
  expect(retried.units).toMatchObject({ done: 1, failed: 0, unchanged: 2 });
  await using undisturbed = await makeProject(threeSources);
  await undisturbed.ingest(playRuntime());
  expect(Object.keys(await project.wiki())).toEqual(Object.keys(await undisturbed.wiki()));
});

const unjudged: Readonly<Record<string, (results: readonly string[]) => ModelAction>> = {
  "ends without a judgement": () => ({ text: "They are all fine." }),
  fails: () => {
    throw new Error("The service is down.");
  },
  "runs out of its step budget": () => ({ tool: "set_read", arguments: {} }),
  "answers nonsense": (results) =>
    results.length > 2
      ? { text: "Done." }
      : {
          tool: "set_decide",
          arguments: { groups: [{ claims: ["c1", "c9"], verdict: "same" }] },
        },
};

test.each(Object.keys(unjudged))(
  "a set whose comparison %s is held, everything else lands, and the exit code is 3",
  async (kind) => {
    await using project = await makeProject(threeSources);
    const nonsense = playRuntime((user, results) =>
      user.startsWith("Compare")
        ? (unjudged[kind]?.(results) ?? { text: "" })
        : playIngestModel(user, results),
    );
    const report = await project.ingest(nonsense, { stepBudget: 6 });
    expect(report).toMatchObject({ outcome: "applied", heldSets: 1, contradictions: 0 });
    expect(exitCodeOfIngest(report)).toBe(3);
    const wiki = await project.wiki();
    expect(wiki["order.md"]).toContain("one buyer");
    expect(wiki["refund.md"]).toBeUndefined();
    // Until it is asked for, it stays held, and nobody is asked about it.
    const idle = playRuntime();
    const again = await project.ingest(idle);
    expect(again).toMatchObject({
      outcome: "unchanged",
      heldSets: 0,
      waiting: { pages: 0, sets: 1 },
    });
    expect(exitCodeOfIngest(again)).toBe(3);
    expect(idle.calls).toEqual([]);
    const retried = await project.ingest(playRuntime(), { onlyFailed: true });
    expect(retried).toMatchObject({ heldSets: 0, contradictions: 1, waiting: { sets: 0 } });
    expect(exitCodeOfIngest(retried)).toBe(0);
    expect((await project.wiki())["refund.md"]).toContain("Contradictions");
    expect(await project.ingest(playRuntime(), { onlyFailed: true })).toMatchObject({
      outcome: "unchanged",
    });
  },
);

test("a token budget ends the run softly; nothing is applied, and the next run goes on", async () => {
  await using project = await makeProject(threeSources);
  const first = playRuntime();
  const report = await project.ingest(first, { tokenBudget: 150, concurrency: 1 });
  expect(report).toMatchObject({ outcome: "kept", ended: "budget", units: { done: 2, open: 1 } });
  expect(await project.wiki()).toEqual({});
  const second = playRuntime();
  expect(await project.ingest(second)).toMatchObject({ outcome: "applied" });
  // The third source and the one comparison.
  expect(second.calls).toHaveLength(2);
});

test("a budget with applyPartial applies what is done", async () => {
  await using project = await makeProject(threeSources);
  const report = await project.ingest(playRuntime(), {
    tokenBudget: 150,
    concurrency: 1,
    applyPartial: true,
  });
  expect(report).toMatchObject({ outcome: "applied", ended: "budget", units: { open: 1 } });
  expect(Object.keys(await project.wiki())).toContain("order.md");
  const second = playRuntime();
  await project.ingest(second);
  expect(second.calls.filter((one) => one.includes("Your part"))).toHaveLength(1);
});

test("sets that the budget left are compared by the same command without it, and nothing waits", async () => {
  await using project = await makeProject(threeSources);
  const report = await project.ingest(playRuntime(), {
    tokenBudget: 250,
    concurrency: 1,
    applyPartial: true,
  });
  expect(report).toMatchObject({ outcome: "applied", ended: "budget", heldSets: 1 });
  const second = playRuntime();
  const next = await project.ingest(second);
  expect(next).toMatchObject({ heldSets: 0, contradictions: 1, waiting: { sets: 0 } });
  expect(exitCodeOfIngest(next)).toBe(0);
  expect(second.calls).toHaveLength(1);
  await using undisturbed = await makeProject(threeSources);
  await undisturbed.ingest(playRuntime());
  expect(Object.keys(await project.wiki())).toEqual(Object.keys(await undisturbed.wiki()));
});

test("steps shown never exceed the budget, over random runs", async () => {
  const model = fc.record({
    stepBudget: fc.integer({ min: 1, max: 9 }),
    attempts: fc.integer({ min: 1, max: 3 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    onlyFailed: fc.boolean(),
    // What each call of the model does: the script's own step, a useless one, a failure, or an early end.
    acts: fc.array(fc.constantFrom("play", "play", "play", "idle", "throw", "end"), {
      minLength: 1,
      maxLength: 40,
    }),
  });
  await fc.assert(
    fc.asyncProperty(model, async ({ stepBudget, attempts, concurrency, onlyFailed, acts }) => {
      await using project = await makeProject(threeSources);
      let call = 0;
      const runtime = playRuntime((user, results) => {
        const act = acts[call++ % acts.length];
        if (act === "throw") throw new Error("It is down.");
        if (act === "end") return { text: "Done." };
        return act === "idle"
          ? { tool: "source_read", arguments: { from: 1, to: 1 } }
          : playIngestModel(user, results);
      });
      const shown = new Map<string, number>();
      const onEvent = (event: IngestEvent): void => {
        if (event.type === "batch" && event.event.type === "unit_started")
          shown.set(event.unit ?? "", 0);
        if (event.type !== "step") return;
        expect(event.stepBudget).toBe(stepBudget);
        expect(event.stepIndex).toBe((shown.get(event.unit) ?? 0) + 1);
        expect(event.stepIndex).toBeLessThanOrEqual(stepBudget);
        shown.set(event.unit, event.stepIndex);
      };
      const options = { stepBudget, concurrency, onEvent, retry: { attempts, firstDelayMs: 0 } };
      await project.ingest(runtime, options);
      await project.ingest(runtime, { ...options, onlyFailed });
      expect(runtime.mostSteps()).toBeLessThanOrEqual(stepBudget);
    }),
    { numRuns: 12, seed: 20_261_129 },
  );
});

test("a unit whose writes were all refused has failed, and one that wrote nothing has not", async () => {
  await using project = await makeProject(threeSources);
  const write = (lines: string): ModelAction => ({
    tool: "page_write",
    arguments: {
      page: "refund.md",
      title: "Refund",
      summary: "Refunds.",
      tags: [],
      claims: [{ section: "", text: "A refund is paid.", lines }],
    },
  });
  const report = await project.ingest(
    playRuntime((user, results) => {
      if (results.length === 0) return { tool: "source_read", arguments: { from: 1, to: 1 } };
      if (results.length > 1 || user.includes("orders.sql")) return { text: "Done." };
      return user.includes("policy.txt") ? write("900") : write("1");
    }),
  );
  expect(report).toMatchObject({
    units: { done: 2, failed: 1 },
    pages: { created: ["refund.md"] },
    failures: [
      {
        source: "sources/policy.txt",
        failure: {
          kind: "no-result",
          message: expect.stringMatching(/^Nothing that the model wrote could stand: .*900/),
        },
      },
    ],
  });
});
