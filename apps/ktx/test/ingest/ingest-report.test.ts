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
