import { expect, test } from "vitest";
import type { IngestReport } from "@ktx/ingest";
import { renderIngestReport } from "../../src/ingest/ingest-report.ts";
import { captureIo } from "../capture-io.ts";

const unchanged: IngestReport = {
  version: 1,
  outcome: "unchanged",
  ended: "finished",
  units: { done: 0, failed: 0, open: 0, unchanged: 3 },
  failures: [],
  pages: { created: [], changed: [], removed: [], proposed: [] },
  retiredClaims: 0,
  contradictions: 0,
  flagged: [],
  heldSets: 0,
  waiting: { pages: 0, sets: 0 },
  skipped: [],
  tokens: 0,
  times: { stages: [], slowest: [] },
};

test.each([
  [{ pages: 0, sets: 2 }, "2 sets of claims could not be compared, and wait for you."],
  [{ pages: 1, sets: 0 }, "1 proposal for a page waits for you."],
])(
  "an ingest that changes nothing says that %j wait, and names ktx wiki review",
  (waiting, said) => {
    const io = captureIo();
    const text = renderIngestReport({ ...unchanged, waiting }, io);
    expect(text).toContain(said);
    expect(text).toContain("ktx wiki review");
    expect(renderIngestReport(unchanged, io)).not.toContain("ktx wiki review");
  },
);

test("pages that were joined are named with the page that has their claims", () => {
  const joined = [{ page: "refunds.md", into: "refund.md" }];
  expect(renderIngestReport({ ...applied, joined }, captureIo())).toContain(
    "\nJoined, since both have one title: refunds.md into refund.md\n",
  );
});

const applied: IngestReport = { ...unchanged, outcome: "applied" };
const proposed = { ...unchanged.pages, proposed: ["refund.md"] };
const left = { ...unchanged.units, failed: 1 };
const some = { pages: 1, sets: 0 };

test.each([
  [applied, "The wiki is up to date."],
  [{ ...applied, waiting: some }, "The wiki is up to date, but for what waits for you."],
  [{ ...applied, units: left }, "The wiki has what could be read."],
  [
    { ...applied, units: left, waiting: some },
    "The wiki has what could be read, but for what waits for you.",
  ],
] as const)("the first line of the report says no more than holds: %#", (report, headline) => {
  expect(renderIngestReport(report, captureIo()).split("\n")[0]).toBe(headline);
});

test("claims without a source are said to be gone only where no page keeps them", () => {
  const io = captureIo();
  const gone = renderIngestReport({ ...applied, retiredClaims: 2 }, io);
  expect(gone).toContain("2 claims have lost their source, and are gone.");
  const kept = renderIngestReport(
    { ...applied, retiredClaims: 2, pages: proposed, waiting: some },
    io,
  );
  expect(kept).not.toContain("are gone");
  expect(kept).toContain("On pages that you edited they stay until you settle the proposals.");
});

test("of many skipped files the report names ten and counts the others, a line for each", () => {
  const skipped = Array.from({ length: 40 }, (_, index) => ({
    path: `docs/${index}\n.png`,
    reason: "No reader.\nNext: fake",
  }));
  const lines = renderIngestReport({ ...applied, skipped }, captureIo()).split("\n");
  expect(lines.filter((line) => line.startsWith("Skipped:"))).toEqual([
    ...Array.from(
      { length: 10 },
      (_, index) => `Skipped: docs/${index} .png: No reader. Next: fake`,
    ),
    "Skipped: 30 more, which --json lists.",
  ]);
});
