import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cloneOf, makeProject, playRuntime, threeSources } from "./project.ts";

test("in a fresh clone an ingest asks no model, and later changes land as in the first one", async () => {
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
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
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  const edited = (await project.read("wiki/order.md")).replace("# Order", "# Orders of ours");
  await project.write({ "wiki/order.md": edited, "sources/more.md": "An order has a number.\n" });
  expect((await project.ingest(playRuntime())).pages.proposed).toEqual(["order.md"]);
  await using clone = await cloneOf(project);
  expect((await clone.ingest(playRuntime())).pages.proposed).toEqual(["order.md"]);
  expect(await clone.read("wiki/order.md")).toBe(edited);
});

test("a memory that a merge of Git has broken costs nothing here, and no page in a fresh clone", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  const wiki = await project.wiki();
  await project.write({ "wiki/.ktx.json": "<<<<<<< ours\n{}\n" });
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({
    outcome: "unchanged",
    skipped: [
      { path: "wiki/.ktx.json", reason: expect.stringContaining("the file is written again") },
    ],
  });
  expect(runtime.calls).toEqual([]);
  expect(JSON.parse(await project.read("wiki/.ktx.json"))).toMatchObject({ version: 1 });
  await project.write({ "wiki/.ktx.json": "<<<<<<< ours\n{}\n" });
  await using clone = await cloneOf(project);
  expect((await clone.ingest(playRuntime())).pages.changed).toEqual([]);
  expect(await clone.wiki()).toEqual(wiki);
});
