import { cp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BatchClock, machineClock } from "@ktx/batch";
import { openWiki } from "@ktx/wiki";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  exitCodeOfIngest,
  type IngestEvent,
  MissingSourcesError,
  previewIngest,
  ProjectBusyError,
} from "../src/index.ts";
import { type ModelAction, playIngestModel } from "../src/testing/index.ts";
import { makeProject, playRuntime, type TestProject } from "./project.ts";

const sources = {
  "sources/refunds.md":
    "# Refunds\n\n- A refund is paid within 30 days.\n- A refund lowers net revenue.\n",
  "sources/policy.txt": "A refund is paid within 14 days.\n\nAn order has one buyer.\n",
  "sources/orders.sql": "-- An order has one buyer.\nselect 1;\n-- An order ends with a receipt.\n",
};

test("each fact stands once with all its lines, and a contradiction is flagged with both", async () => {
  await using project = await makeProject(sources);
  const report = await project.ingest(playRuntime());
  expect(report).toMatchObject({
    outcome: "applied",
    ended: "finished",
    units: { done: 3, failed: 0, open: 0, unchanged: 0 },
    pages: { created: ["order.md", "refund.md"], changed: [], proposed: [] },
    contradictions: 1,
    heldSets: 0,
  });
  const wiki = await project.wiki();
  expect(wiki["order.md"]?.match(/An order has one buyer/g)).toHaveLength(1);
  expect(wiki["order.md"]).toContain("- An order has one buyer.[^s1][^s2]\n");
  expect(wiki["order.md"]).toContain("[orders.sql:1](../sources/orders.sql) sha256:");
  expect(wiki["refund.md"]).toContain("- A refund is paid within 14 days.[^s1]\n");
  expect(wiki["refund.md"]).toContain("- A refund is paid within 30 days.[^s2]\n");
  expect(wiki["refund.md"]).toContain(
    "## Contradictions\n\n- The sources name different numbers. ([^s1] against [^s2])\n",
  );
  await using checked = await openWiki({ projectDir: project.path });
  expect((await checked.check()).findings).toEqual([]);
});

test("the report says where the time and the tokens went, and names the slowest units", async () => {
  await using project = await makeProject(sources);
  const playing = playRuntime();
  let ms = 0;
  const clock: BatchClock = { ...machineClock(), monotonicNow: () => ms };
  const report = await project.ingest(
    {
      runAgentLoop: async (loop) => {
        ms += loop.userPrompt.includes("policy.txt") ? 7_000 : 1_000;
        return await playing.runAgentLoop(loop);
      },
    },
    { concurrency: 1, clock },
  );
  expect(report.times).toEqual({
    stages: [
      { stage: "extract", ms: 9_000, tokens: 300 },
      { stage: "reconcile", ms: 1_000, tokens: 100 },
      { stage: "apply", ms: 0, tokens: 0 },
    ],
    slowest: [
      { unit: "sources/policy.txt", ms: 7_000, tokens: 100 },
      { unit: "sources/orders.sql", ms: 1_000, tokens: 100 },
      { unit: "sources/refunds.md", ms: 1_000, tokens: 100 },
    ],
  });
  // A run that asks nobody took no time of a unit.
  expect((await project.ingest(playing)).times.slowest).toEqual([]);
});

test("a second ingest asks no model and changes nothing", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const before = await project.wiki();
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({
    outcome: "unchanged",
    units: { done: 0, unchanged: 3 },
  });
  expect(runtime.calls).toEqual([]);
  expect(await project.wiki()).toEqual(before);
});

test("one changed source runs one unit, and claims that it no longer makes are gone", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  await project.write({
    "sources/orders.sql":
      "-- moved\n-- An order has one buyer.\nselect 1;\n-- A parcel has a number.\n",
  });
  const runtime = playRuntime();
  const report = await project.ingest(runtime);
  expect(runtime.calls).toHaveLength(1);
  expect(report).toMatchObject({
    pages: { created: ["parcel.md"], changed: ["order.md"] },
    retiredClaims: 1,
  });
  const { "order.md": order } = await project.wiki();
  expect(order).toContain("[orders.sql:2](../sources/orders.sql)");
  expect(order).not.toContain("receipt");
});

test("a deleted source retires its claims and no others, without a model", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  await rm(join(project.path, "sources/policy.txt"));
  const runtime = playRuntime();
  const report = await project.ingest(runtime);
  expect(runtime.calls).toEqual([]);
  expect(report).toMatchObject({ retiredClaims: 1, contradictions: 0 });
  const wiki = await project.wiki();
  expect(wiki["refund.md"]).not.toContain("14 days");
  expect(wiki["refund.md"]).not.toContain("Contradictions");
  expect(wiki["refund.md"]).toContain("30 days");
  expect(wiki["order.md"]).toContain("- An order has one buyer.[^s1]\n");
});

test("a page goes when its last source goes", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  for (const name of ["refunds.md", "policy.txt"]) await rm(join(project.path, "sources", name));
  expect((await project.ingest(playRuntime())).pages.removed).toEqual(["refund.md"]);
  expect(Object.keys(await project.wiki())).toEqual(["order.md"]);
});

test("a page that a person edited keeps the edit, and the change is a proposal beside it", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const page = join(project.path, "wiki/order.md");
  const edited = (await readFile(page, "utf8")).replace("one buyer", "exactly one buyer");
  await writeFile(page, edited);
  await project.write({ "sources/more.md": "An order has a number.\n" });
  const report = await project.ingest(playRuntime());
  expect(report.pages).toMatchObject({ changed: [], proposed: ["order.md"] });
  expect(await readFile(page, "utf8")).toBe(edited);
  // A later change is proposed together with the first one.
  await project.write({ "sources/most.md": "An order has a colour.\n" });
  expect((await project.ingest(playRuntime())).pages.proposed).toEqual(["order.md"]);
  const folder = join(project.path, ".ktx/ingest/proposals");
  const [file, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  const proposal = await readFile(join(folder, file ?? ""), "utf8");
  for (const text of ["exactly one buyer", "a number", "a colour"])
    expect(proposal).toContain(text);
});

test("a page of a person with the same name is not touched", async () => {
  await using project = await makeProject({ ...sources, "wiki/order.md": "# My orders\n" });
  const report = await project.ingest(playRuntime());
  expect(report.pages).toMatchObject({ created: ["refund.md"], proposed: ["order.md"] });
  expect(await project.read("wiki/order.md")).toBe("# My orders\n");
});

/** The project as another person clones it: what Git has, and nothing of the state. */
async function cloneOf(project: TestProject): Promise<TestProject> {
  const clone = await makeProject({});
  for (const folder of ["wiki", "sources"])
    await cp(join(project.path, folder), join(clone.path, folder), { recursive: true });
  return clone;
}

test("in a fresh clone an ingest asks no model, and later changes land as in the first one", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const before = await project.wiki();
  await using clone = await cloneOf(project);
  const runtime = playRuntime();
  expect(await clone.ingest(runtime)).toMatchObject({
    outcome: "unchanged",
    units: { unchanged: 3 },
    contradictions: 1,
  });
  expect(runtime.calls).toEqual([]);
  expect(await clone.wiki()).toEqual(before);
  for (const one of [project, clone]) await rm(join(one.path, "sources/policy.txt"));
  expect((await clone.ingest(runtime)).pages).toMatchObject({
    changed: ["order.md", "refund.md"],
    proposed: [],
  });
  await project.ingest(runtime);
  expect(runtime.calls).toEqual([]);
  expect(await clone.wiki()).toEqual(await project.wiki());
});

test("in a fresh clone a page that a person edited stays, also in the form of ktx's own", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const edited = (await project.read("wiki/refund.md")).replace("30 days", "31 days");
  await project.write({ "wiki/refund.md": edited });
  await using clone = await cloneOf(project);
  await clone.write({
    "sources/refunds.md": "A refund is paid within 40 days.\n",
    "sources/new.md": "An order has a colour.\n",
  });
  const report = await clone.ingest(playRuntime());
  expect(report.pages).toMatchObject({ changed: ["order.md"], proposed: ["refund.md"] });
  expect(await clone.read("wiki/refund.md")).toBe(edited);
});

test("the pages that a colleague's ingest has changed are no edits of a person", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  await using clone = await cloneOf(project);
  await clone.ingest(playRuntime());
  const more = { "sources/more.md": "An order has a number.\n" };
  await clone.write(more);
  await clone.ingest(playRuntime());
  // What a pull brings.
  await project.write(more);
  await rm(join(project.path, "wiki"), { recursive: true });
  await cp(join(clone.path, "wiki"), join(project.path, "wiki"), { recursive: true });
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({
    outcome: "unchanged",
    units: { unchanged: 4 },
  });
  expect(runtime.calls).toEqual([]);
  await project.write({ "sources/most.md": "An order has a weight.\n" });
  expect((await project.ingest(playRuntime())).pages).toMatchObject({
    changed: ["order.md"],
    proposed: [],
  });
  expect(await project.read("wiki/order.md")).toMatch(/a number[\s\S]*a weight/);
});

test("a proposal that waits elsewhere is made in a fresh clone, too", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const edited = (await project.read("wiki/order.md")).replace("# Order", "# Orders of ours");
  await project.write({ "wiki/order.md": edited, "sources/more.md": "An order has a number.\n" });
  expect((await project.ingest(playRuntime())).pages.proposed).toEqual(["order.md"]);
  await using clone = await cloneOf(project);
  expect((await clone.ingest(playRuntime())).pages.proposed).toEqual(["order.md"]);
  expect(await clone.read("wiki/order.md")).toBe(edited);
});

test("a memory that a merge of Git has broken costs nothing here, and no page in a fresh clone", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const wiki = await project.wiki();
  await project.write({ "wiki/.ktx.json": "<<<<<<< ours\n{}\n" });
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({ outcome: "unchanged" });
  expect(runtime.calls).toEqual([]);
  expect(JSON.parse(await project.read("wiki/.ktx.json"))).toMatchObject({ version: 1 });
  await project.write({ "wiki/.ktx.json": "<<<<<<< ours\n{}\n" });
  await using clone = await cloneOf(project);
  expect((await clone.ingest(playRuntime())).pages.changed).toEqual([]);
  expect(await clone.wiki()).toEqual(wiki);
});

test("a unit that fails costs its own source alone, and only --only-failed tries it again", async () => {
  await using project = await makeProject(sources);
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
  await using undisturbed = await makeProject(sources);
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
    await using project = await makeProject(sources);
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
  await using project = await makeProject(sources);
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
  await using project = await makeProject(sources);
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

test("a page that a person edits while the run goes on keeps the edit, and has a proposal", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const edited = (await project.read("wiki/order.md")).replace("# Order", "# Orders of ours");
  await project.write({ "sources/more.md": "An order has a number.\n\nA refund has a reason.\n" });
  const report = await project.ingest(
    playRuntime(async (user, results) => {
      await project.write({ "wiki/order.md": edited });
      return playIngestModel(user, results);
    }),
  );
  expect(report.pages).toMatchObject({ changed: ["refund.md"], proposed: ["order.md"] });
  expect(await project.read("wiki/order.md")).toBe(edited);
});

test("a second ingest of the project at once is refused", async () => {
  await using project = await makeProject(sources);
  let refused: unknown;
  const runtime = playRuntime(async (user, results) => {
    refused ??= await project.ingest(playRuntime()).catch((error: unknown) => error);
    return playIngestModel(user, results);
  });
  await project.ingest(runtime);
  expect(refused).toBeInstanceOf(ProjectBusyError);
});

test("a removed wiki comes back without a model; a single removed page does not", async () => {
  await using project = await makeProject(sources);
  await project.ingest(playRuntime());
  const before = await project.wiki();
  await rm(join(project.path, "wiki"), { recursive: true });
  const runtime = playRuntime();
  await project.ingest(runtime);
  expect(runtime.calls).toEqual([]);
  expect(await project.wiki()).toEqual(before);
  await rm(join(project.path, "wiki/order.md"));
  await project.ingest(runtime);
  expect(Object.keys(await project.wiki())).toEqual(["refund.md"]);
});

test("links to pages and the name of the page's own part do not break a page", async () => {
  await using project = await makeProject({ "sources/a.md": "A refund is paid.\n" });
  const claims = [
    { section: "Contradictions", text: "See [[Nowhere|the plan]] and [x](y.md).", lines: "1" },
  ];
  const runtime = playRuntime((_, results) => {
    if (results.length === 0) return { tool: "source_read", arguments: { from: 1, to: 1 } };
    const page = { page: "plan.md", title: "Plan", summary: "", tags: [], claims };
    return results.length === 1 ? { tool: "page_write", arguments: page } : { text: "Done." };
  });
  await project.ingest(runtime);
  const { "plan.md": text } = await project.wiki();
  expect(text).toContain("\n# Plan\n\n- See the plan and x.[^s1]\n");
  await using checked = await openWiki({ projectDir: project.path });
  expect((await checked.check()).findings).toEqual([]);
});

test("the records of applies do not grow without end", async () => {
  await using project = await makeProject(sources);
  for (let run = 0; run < 23; run += 1) {
    await project.write({ "sources/new.md": `A run has ${run} steps.\n` });
    await project.ingest(playRuntime());
  }
  expect(await readdir(join(project.path, ".ktx/ingest/applies"))).toHaveLength(20);
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
      await using project = await makeProject(sources);
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

test("bad sources are skipped by name, and the others are read", async () => {
  await using project = await makeProject({
    ...sources,
    "sources/blob.md": "text\0binary",
    "sources/tool.exe": "MZ",
    "sources/empty.md": "\n",
  });
  await symlink("loop.md", join(project.path, "sources/loop.md"));
  await symlink("..", join(project.path, "sources/up"));
  const report = await project.ingest(playRuntime());
  expect(report.units.done).toBe(3);
  expect(report.skipped.map(({ path }) => path).toSorted()).toEqual([
    "sources/blob.md",
    "sources/empty.md",
    "sources/loop.md",
    "sources/tool.exe",
    "sources/up",
  ]);
});

test("the configuration of ktx is no source, whatever names it", async () => {
  await using project = await makeProject({
    "ktx.yaml": "llm:\n  model: gpt-5.5\n",
    "sub/ktx.yaml": "llm: {}\n",
    "sub/other.yaml": "a: 1\n",
  });
  for (const paths of [["."], ["**/*.yaml"], ["ktx.yaml", "sub"]]) {
    const { units, unchanged } = await previewIngest({
      projectDir: project.path,
      paths,
      models: { extract: "gpt-5.5", reconcile: "gpt-5.5" },
    });
    expect([...units, ...unchanged].map(({ source }) => source)).toEqual(["sub/other.yaml"]);
  }
});

test.each(["docs", "docs/a.md", "docs/**/*.md"])(
  "%s that is gone is refused, and retires nothing; the folder above it retires the claims",
  async (given) => {
    await using project = await makeProject({
      "docs/a.md": "A refund is paid within 30 days.\n",
      "other/b.md": "An order has one buyer.\n",
    });
    await project.ingest(playRuntime(), { paths: ["docs", "other"] });
    const before = await project.wiki();
    await rm(join(project.path, "docs"), { recursive: true });
    await expect(project.ingest(playRuntime(), { paths: ["other", given] })).rejects.toThrow(
      MissingSourcesError,
    );
    // An ingest of another folder says so, and leaves them, too.
    expect(await project.ingest(playRuntime(), { paths: ["other"] })).toMatchObject({
      retiredClaims: 0,
      skipped: [{ path: "docs/a.md" }],
    });
    expect(await project.wiki()).toEqual(before);
    expect(await project.ingest(playRuntime(), { paths: ["."] })).toMatchObject({
      retiredClaims: 1,
    });
  },
);
