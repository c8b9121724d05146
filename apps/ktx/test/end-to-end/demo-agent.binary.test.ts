import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";
import type { AgentDemoReport } from "../../src/demo/agent/run-agent-demo.ts";

test("demo agent shows its steps on stderr and its findings on stdout, and exits 0", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stdout, stderr } = await runKtx(sandbox, ["demo", "agent"]);

  expect(stderr).toMatch(/^ {2}1 {2}wiki_search {2}"refund net revenue" +\d+ ms$/m);
  expect(stderr).toMatch(/^ {2}2 {2}wiki_read {4}"refunds\.md" +\d+ ms$/m);
  expect(stderr).toMatch(
    /^ {2}3 {2}wiki_write {3}page: "refund-net-revenue-note\.md",.* +\d+ ms$/m,
  );
  expect(stdout).toContain(
    "Answer\n  A refund lowers net revenue in the month in which it was booked, not in the\n  month of the sale.\n",
  );
  expect(stdout).toContain("Page written: refund-net-revenue-note.md\n  │ # What does a refund do");
  expect(stdout).toMatch(/^ {2}3 steps · [\d,]+ ms · [\d,]+ tokens \([\d,]+ in, [\d,]+ out\)$/m);
  expect(stdout).toMatch(/^ {2}request 4 +[\d,]+ bytes {2}3 tools$/m);
  expect(stdout).toContain(
    "Tools of this run: wiki_search, wiki_read, wiki_write\n  Added by Codex: none\n",
  );
  expect(exitCode).toBe(0);
});

test("nothing that demo agent prints is wider than 80 columns or coloured, outside of a terminal", async () => {
  await using sandbox = await openSandbox();
  const { stdout, stderr } = await runKtx(sandbox, ["demo", "agent"]);
  const lines = `${stderr}${stdout}`.split("\n");
  expect(lines.filter((line) => line.length > 80 || line.includes("\u001b"))).toEqual([]);
});

test("demo agent writes into the user's cache folder and nowhere else", async () => {
  await using sandbox = await openSandbox();
  await runKtx(sandbox, ["demo", "agent"]);
  const files = await sandbox.listFiles();
  expect(files.filter((file) => !file.startsWith("home/.cache/ktx/"))).toEqual([]);
  expect(files).not.toEqual([]);
});

test("demo agent --json prints one object, with what the model was shown in each request", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stdout } = await runKtx(sandbox, ["demo", "agent", "--json"]);
  const report = JSON.parse(stdout) as AgentDemoReport;

  expect(report).toMatchObject({
    version: 1,
    question: "What does a refund do to net revenue?",
    page: { name: "refund-net-revenue-note.md" },
    metrics: { stepCount: 3 },
  });
  expect(report.toolCalls.map(({ tool, input }) => [tool, input])).toEqual([
    ["wiki_search", { query: "refund net revenue" }],
    ["wiki_read", { page: "refunds.md" }],
    ["wiki_write", { page: "refund-net-revenue-note.md", markdown: report.page?.markdown }],
  ]);
  expect(report.requests.map(({ tools }) => tools.filter((name) => name.includes("wiki")))).toEqual(
    Array.from({ length: 4 }, () => ["wiki_search", "wiki_read", "wiki_write"]),
  );
  expect(report.requests.every(({ bytes }) => bytes > 0 && bytes < 10_000)).toBe(true);
  expect(exitCode).toBe(0);
});

test("another question leads to another page and another answer", async () => {
  await using sandbox = await openSandbox();
  const { stdout } = await runKtx(sandbox, [
    "demo",
    "agent",
    "--json",
    "When does a parcel count as lost?",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    answer: expect.stringMatching(/^Parcels that are not scanned within ten days count as lost/),
    page: { name: "parcel-count-lost-note.md" },
  });
});

test("a question that the wiki says nothing about is answered with that, and no page is written", async () => {
  await using sandbox = await openSandbox();
  const { stdout } = await runKtx(sandbox, [
    "demo",
    "agent",
    "--json",
    "Wie hoch ist der Eiffelturm?",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    answer: "The wiki has no page about this.",
    page: null,
    toolCalls: [{ tool: "wiki_search" }],
  });
});
