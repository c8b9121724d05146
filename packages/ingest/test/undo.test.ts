import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { machineClock } from "@ktx/batch";
import { expect, test } from "vitest";
import { listProposals, ReviewError, reviewProposal, undoApply } from "../src/index.ts";
import { makeProject, playRuntime } from "./project.ts";

const first = { "sources/a.md": "A refund is paid within 30 days.\n\nAn order has one buyer.\n" };
const second = { "sources/b.md": "A refund has one reason.\n\nA parcel has a number.\n" };

test("undo takes back the last ingest, then the one before; the next ingest writes them again without a model", async () => {
  await using project = await makeProject(first);
  const projectDir = project.path;
  await project.ingest(playRuntime());
  const afterFirst = await project.wiki();
  await project.write(second);
  await project.ingest(playRuntime());
  const afterSecond = await project.wiki();
  expect((await undoApply({ projectDir })).pages).toEqual({
    restored: ["refund.md"],
    removed: ["parcel.md"],
    proposed: [],
  });
  expect(await project.wiki()).toEqual(afterFirst);
  expect((await undoApply({ projectDir })).pages.removed).toEqual(["order.md", "refund.md"]);
  expect(await project.wiki()).toEqual({});
  await expect(undoApply({ projectDir })).rejects.toThrow(ReviewError);
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({ outcome: "applied" });
  expect(runtime.calls).toEqual([]);
  expect(await project.wiki()).toEqual(afterSecond);
  // What was taken back stays so; the new apply is the last one now.
  await undoApply({ projectDir });
  expect(await project.wiki()).toEqual({});
});

test("a page that was edited since keeps the edit; the text from before is a proposal", async () => {
  await using project = await makeProject(first);
  const projectDir = project.path;
  await project.ingest(playRuntime());
  await project.write(second);
  await project.ingest(playRuntime());
  const file = join(projectDir, "wiki/refund.md");
  const edited = (await readFile(file, "utf8")).replace("# Refund", "# Refunds of ours");
  await writeFile(file, edited);
  expect((await undoApply({ projectDir })).pages).toEqual({
    restored: [],
    removed: ["parcel.md"],
    proposed: ["refund.md"],
  });
  expect(await readFile(file, "utf8")).toBe(edited);
  expect(await listProposals(projectDir)).toMatchObject([
    { id: "refund.md", hasConflicts: false, reason: expect.stringContaining("edited this page") },
  ]);
  await reviewProposal({ projectDir, id: "refund.md", verdict: "accept" });
  const text = await readFile(file, "utf8");
  expect(text).toContain("# Refunds of ours");
  expect(text).not.toContain("one reason");
  // The edit is still a person's for the next ingest.
  expect((await project.ingest(playRuntime())).pages.proposed).toEqual(["refund.md"]);
  expect(await readFile(file, "utf8")).toBe(text);
});

test("a created page that was edited since stays, also through the next ingest", async () => {
  await using project = await makeProject(first);
  const projectDir = project.path;
  await project.ingest(playRuntime());
  const file = join(projectDir, "wiki/refund.md");
  // The page keeps the form of one of ktx's own.
  const edited = (await readFile(file, "utf8")).replace("30 days", "31 days");
  await writeFile(file, edited);
  expect((await undoApply({ projectDir })).pages).toEqual({
    restored: [],
    removed: ["order.md"],
    proposed: ["refund.md"],
  });
  await project.ingest(playRuntime());
  expect(await readFile(file, "utf8")).toBe(edited);
});

test("undo of a review brings the proposal back", async () => {
  await using project = await makeProject(first);
  const projectDir = project.path;
  await project.ingest(playRuntime());
  const file = join(projectDir, "wiki/refund.md");
  const edited = (await readFile(file, "utf8")).replace("# Refund", "# Refunds of ours");
  await writeFile(file, edited);
  await project.write(second);
  await project.ingest(playRuntime());
  const before = await listProposals(projectDir);
  expect(before).toHaveLength(1);
  for (const verdict of ["accept", "reject"] as const) {
    await reviewProposal({ projectDir, id: "refund.md", verdict });
    expect(await listProposals(projectDir)).toEqual([]);
    await undoApply({ projectDir });
    expect(await readFile(file, "utf8")).toBe(edited);
    expect(await listProposals(projectDir)).toEqual(before);
  }
  // Undo of the ingest takes its proposal away.
  await undoApply({ projectDir });
  expect(await listProposals(projectDir)).toEqual([]);
  expect(await readFile(file, "utf8")).toBe(edited);
  expect(Object.keys(await project.wiki())).toEqual(["order.md", "refund.md"]);
});

test("an undo without a project's memory says that nothing is left; a broken record is named", async () => {
  await using project = await makeProject(first);
  const projectDir = project.path;
  await expect(undoApply({ projectDir })).rejects.toThrow("none is left");
  await project.ingest(playRuntime());
  const [record = ""] = await readdir(join(projectDir, ".ktx/ingest/applies"));
  await writeFile(join(projectDir, ".ktx/ingest/applies", record), "{oops");
  await expect(undoApply({ projectDir })).rejects.toThrow(record);
  await rm(join(projectDir, ".ktx/ingest/applies", record));
  await expect(undoApply({ projectDir })).rejects.toThrow("none is left");
});

test("undo takes back the last apply also where the clock was set back in between", async () => {
  await using project = await makeProject(first);
  const projectDir = project.path;
  const day = 86_400_000;
  let nowMs = Date.now() + day;
  const clock = { ...machineClock(), now: () => nowMs };
  await project.ingest(playRuntime(), { clock });
  const afterFirst = await project.wiki();
  await project.write(second);
  nowMs -= 2 * day;
  await project.ingest(playRuntime(), { clock });
  expect((await undoApply({ projectDir, nowMs })).pages.removed).toEqual(["parcel.md"]);
  expect(await project.wiki()).toEqual(afterFirst);
  // What was taken back and written again is the last one, too.
  nowMs -= day;
  await project.ingest(playRuntime(), { clock });
  expect(Object.keys(await project.wiki())).toContain("parcel.md");
  expect((await undoApply({ projectDir, nowMs })).pages.removed).toEqual(["parcel.md"]);
  expect((await undoApply({ projectDir, nowMs })).pages.removed).toEqual(["order.md", "refund.md"]);
});
