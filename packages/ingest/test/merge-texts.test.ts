import { machineClock } from "@ktx/batch";
import { expect, test } from "vitest";
import { listProposals, reviewProposal } from "../src/index.ts";
import { mergeTexts } from "../src/apply/merge-texts.ts";
import { makeProject, playRuntime, threeSources } from "./project.ts";

const page = (head: readonly string[], body = "# Refund\n\n- A refund is paid.\n"): string =>
  `---\n${head.map((line) => `${line}\n`).join("")}---\n\n${body}`;

const was = page(["title: Refund", "updated: 2026-11-29"]);
const after = page(["title: Refund", "summary: All of it.", "updated: 2026-12-01"]);

test.each([
  [
    "a key beside the one that ktx changes",
    ["title: Refund", "updated: 2026-11-29", "owner: Ada # ours"],
    ["title: Refund", "updated: 2026-12-01", "owner: Ada # ours", "summary: All of it."],
  ],
  [
    "a key that ktx does not change",
    ['title: "Refunds"', "updated: 2026-11-29"],
    ['title: "Refunds"', "updated: 2026-12-01", "summary: All of it."],
  ],
  [
    "the day",
    ["updated: 2026-11-30", "title: Refund"],
    ["updated: 2026-12-01", "title: Refund", "summary: All of it."],
  ],
  [
    "the value that ktx gives",
    ["title: Refund", "summary: All of it.", "updated: 2026-11-29"],
    ["title: Refund", "summary: All of it.", "updated: 2026-12-01"],
  ],
])("front matter in which a person has changed %s is merged by keys", (_, own, merged) => {
  expect(mergeTexts(page(own), was, after)).toEqual({ text: page(merged), hasConflicts: false });
  const withBreaks = page(own).replaceAll("\n", "\r\n");
  expect(mergeTexts(withBreaks, was, after)).toEqual({
    text: page(merged).replaceAll("\n", "\r\n"),
    hasConflicts: false,
  });
});

test.each([
  ["a key that ktx changes", page(["title: Refund", "summary: Ours.", "updated: 2026-11-29"])],
  ["front matter into what is no YAML", page(["title: [Refund", "updated: 2026-11-29"])],
])("a person who has changed %s decides about it", (_, own) => {
  const { text, hasConflicts } = mergeTexts(own, was, after);
  expect(hasConflicts).toBe(true);
  expect(text).toContain("<<<<<<< this page\n");
});

test("a page with front matter of a person's own is accepted as it is proposed", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  const written = await project.read("wiki/order.md");
  const own = written.replace(/^(updated: .*)$/m, "$1\nowner: Ada");
  await project.write({ "wiki/order.md": own });
  await project.write({
    "sources/orders.sql": "-- An order has one buyer.\n-- An order has a day.\n",
  });
  const clock = { ...machineClock(), now: () => Date.parse("2040-01-02T00:00:00Z") };
  const report = await project.ingest(playRuntime(), { clock });
  expect(report.pages.proposed).toEqual(["order.md"]);
  expect(await listProposals(project.path)).toMatchObject([
    { id: "order.md", hasConflicts: false },
  ]);
  await reviewProposal({ projectDir: project.path, id: "order.md", verdict: "accept" });
  const accepted = await project.read("wiki/order.md");
  expect(accepted).toContain("\nupdated: 2040-01-02\nowner: Ada\n---\n");
  expect(accepted).toContain("- An order has a day.[^s");
});
