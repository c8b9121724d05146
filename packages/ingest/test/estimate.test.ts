import { expect, test } from "vitest";
import { estimateIngest, expectTokens } from "../src/plan/estimate-ingest.ts";
import type { IngestPlan } from "../src/plan/plan-ingest.ts";
import { previewIngest, undoApply } from "../src/index.ts";
import { playIngestModel } from "../src/testing/index.ts";
import { makeProject, playRuntime, type TestProject } from "./project.ts";

/** Tokens of the text, and those of all requests and answers with the real Codex, a quarter of their bytes. */
const measured = [
  [9, 7_362],
  [40, 8_900],
  [72, 12_495],
  [716, 47_858],
  [7_155, 192_698],
] as const;

test.each(measured)(
  "a text of %i tokens is expected to take about the %i that it takes",
  (text, used) => {
    expect(expectTokens(text) / used).toBeGreaterThan(0.5);
    expect(expectTokens(text) / used).toBeLessThan(2);
  },
);

test("the use of earlier units counts for more than the size, and comparisons count with them", () => {
  const texts = [100, 100];
  const usage = { tokens: 3 * expectTokens(500), ranMs: 60_000 };
  const read = { kind: "read", group: "model", weight: 500, usage } as const;
  const compared = {
    ...read,
    kind: "compare",
    usage: { tokens: usage.tokens / 2, ranMs: 0 },
  } as const;
  const estimate = estimateIngest({ texts, samples: [read, compared], concurrency: 2 });
  expect(estimate).toMatchObject({ units: 2, from: "runs" });
  expect(estimate.tokens / (2 * expectTokens(100))).toBeCloseTo(4.5, 2);
  expect(estimate.ms).toBeGreaterThan(0);
});

test("units whose service counts no tokens say nothing about tokens", () => {
  const usage = { tokens: 0, ranMs: 60_000 };
  const samples = [{ kind: "read", group: "model", weight: 500, usage }] as const;
  expect(estimateIngest({ texts: [100], samples, concurrency: 1 })).toEqual({
    units: 1,
    tokens: expectTokens(100),
    from: "bytes",
  });
});

test("units that have failed are expected to use no less than in their last runs", () => {
  const usage = { tokens: 10, ranMs: 60_000 };
  const samples = [{ kind: "read", group: "model", weight: 500, usage }] as const;
  const input = { texts: [100], concurrency: 1, used: 90_000 };
  expect(estimateIngest({ ...input, samples })).toMatchObject({ tokens: 90_000, from: "runs" });
  expect(estimateIngest({ ...input, samples: [] })).toMatchObject({ tokens: 90_000 });
});

const preview = async (
  { path }: TestProject,
  onlyFailed = false,
): Promise<IngestPlan["estimate"]> => {
  const models = { extract: "gpt-5.5", reconcile: "gpt-5.5" };
  return (await previewIngest({ projectDir: path, paths: ["sources"], models, onlyFailed }))
    .estimate;
};

test("a unit whose result is known costs nothing, and a failed one only with onlyFailed", async () => {
  await using project = await makeProject({
    "sources/a.md": "A refund is paid within 30 days.\n",
    "sources/b.md": "A voucher is paid within 30 days.\n",
  });
  expect(await preview(project)).toMatchObject({ units: 2, from: "bytes" });
  await project.ingest(
    playRuntime((user, results) => {
      if (user.includes("b.md")) throw new Error("The service is down.");
      return playIngestModel(user, results);
    }),
  );
  await undoApply({ projectDir: project.path });
  expect(await preview(project)).toMatchObject({ units: 0, tokens: 0 });
  expect(await preview(project, true)).toMatchObject({ units: 1, from: "runs" });
});
