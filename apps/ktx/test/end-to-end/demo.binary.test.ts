import { expect, test } from "vitest";
import type { DemoReport } from "../../src/demo/run-demo.ts";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

test("the demo ingests a sample project, and leaves nothing but the cache of ktx", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stdout, stderr } = await runKtx(sandbox, ["demo"]);
  expect(stderr).toContain("Reading sources: 12\n");
  expect(stderr).toMatch(/^ {2}12\/12 {2}sources\/\w+\/\w+\.\w+ {2}[\d,]+ tokens$/m);
  expect(stdout).toMatch(/^The first ingest\n {2}12 sources read, 0 unchanged\n/);
  expect(stdout).toContain("ktx wiki check\n  28 citations hold, 0 do not.\n");
  expect(exitCode).toBe(0);
  const files = await sandbox.listFiles();
  expect(files.filter((file) => !file.startsWith("home/.cache/ktx/"))).toEqual([]);
  expect(await sandbox.listProcesses()).toEqual([]);
  const lines = `${stderr}${stdout}`.split("\n");
  expect(lines.filter((line) => line.includes("\u001b"))).toEqual([]);
});

test("demo --json: two contradictions, a deleted source, and a second ingest that asks nobody", async () => {
  await using sandbox = await openSandbox();
  const { stdout } = await runKtx(sandbox, ["demo", "--json"]);
  const { runs, search, why, check }: DemoReport = JSON.parse(stdout);
  expect(runs).toMatchObject([
    { outcome: "applied", units: { done: 12, failed: 0 }, contradictions: 2 },
    {
      deleted: "sources/exports/tickets.csv",
      pages: { changed: ["parcel.md"], removed: ["voucher.md"] },
      retiredClaims: 1,
      modelRequests: 0,
    },
    { outcome: "unchanged", units: { unchanged: 11 }, modelRequests: 0, tokens: 0 },
  ]);
  expect(runs[0]?.modelRequests).toBeGreaterThan(12);
  expect(search.hits[0]).toMatchObject({
    page: "refund.md",
    snippet: expect.stringContaining("**paid** within"),
  });
  expect(why.claims).toEqual([
    { text: "A refund is paid within 30 days.", lines: ["sources/handbook/refunds.md:5"] },
    { text: "A refund is paid within 14 days.", lines: ["sources/site/terms.html:7"] },
  ]);
  expect(check).toEqual({ citations: 28, findings: 0 });
});
