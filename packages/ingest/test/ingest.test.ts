import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BatchClock, machineClock } from "@ktx/batch";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import { ProjectBusyError, reviewProposal } from "../src/index.ts";
import { playIngestModel } from "../src/testing/index.ts";
import { makeProject, playRuntime, threeSources } from "./project.ts";

test("each fact stands once with all its lines, and a contradiction is flagged with both", async () => {
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
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

test("a page that a person edited keeps the edit, and the change is a proposal beside it", async () => {
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject({ ...threeSources, "wiki/order.md": "# My orders\n" });
  const report = await project.ingest(playRuntime());
  expect(report.pages).toMatchObject({ created: ["refund.md"], proposed: ["order.md"] });
  expect(await project.read("wiki/order.md")).toBe("# My orders\n");
});

test("a page that a person edits while the run goes on keeps the edit, and has a proposal", async () => {
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
  let refused: unknown;
  const runtime = playRuntime(async (user, results) => {
    refused ??= await project.ingest(playRuntime()).catch((error: unknown) => error);
    return playIngestModel(user, results);
  });
  await project.ingest(runtime);
  expect(refused).toBeInstanceOf(ProjectBusyError);
});

test("a removed wiki comes back without a model; a single removed page does not", async () => {
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
  for (let run = 0; run < 23; run += 1) {
    await project.write({ "sources/new.md": `A run has ${run} steps.\n` });
    await project.ingest(playRuntime());
  }
  expect(await readdir(join(project.path, ".ktx/ingest/applies"))).toHaveLength(20);
});

test("a page in another encoding keeps its bytes, and its change waits until it is UTF-8", async () => {
  await using project = await makeProject(threeSources);
  const page = join(project.path, "wiki/refund.md");
  await project.write({ "wiki/refund.md": "" });
  const bytes = Buffer.from("# Rückerstattung\n", "latin1");
  await writeFile(page, bytes);
  expect(await project.ingest(playRuntime())).toMatchObject({
    pages: { created: ["order.md"], proposed: ["refund.md"] },
  });
  const accept = () =>
    reviewProposal({ projectDir: project.path, id: "refund.md", verdict: "accept" });
  await expect(accept()).rejects.toThrow("The page is not UTF-8. Correct it or move it away.");
  expect(await readFile(page)).toEqual(bytes);
  await rm(page);
  expect(await accept()).toEqual(["refund.md"]);
});
