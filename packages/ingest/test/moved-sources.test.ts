import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import { previewIngest } from "../src/index.ts";
import { makeProject, playRuntime, type TestProject, threeSources } from "./project.ts";

async function move(project: TestProject, from: string, to: string): Promise<void> {
  await rename(join(project.path, from), join(project.path, to));
}

/** The pages without their footnotes. */
function withoutNotes(wiki: Readonly<Record<string, string>>): unknown {
  return Object.entries(wiki).map(([name, text]) => [name, text.replaceAll(/^\[\^.*\n/gm, "")]);
}

test.each([
  ["another name", "sources/refunds.md", "sources/repayments.md"],
  ["another folder", "sources/refunds.md", "sources/terms/refunds.md"],
  ["a folder with another name", "sources", "terms"],
])("a source that has %s costs no unit, and its claims are cited there", async (_, from, to) => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime(), { paths: ["."] });
  const before = await project.wiki();
  await mkdir(join(project.path, "sources/terms"), { recursive: true });
  await move(project, from, to);
  const runtime = playRuntime();
  const plan = await previewIngest({
    projectDir: project.path,
    paths: ["."],
    models: { extract: "gpt-5.5", reconcile: "gpt-5.5" },
  });
  expect(plan).toMatchObject({ units: [], evicted: [], estimate: { tokens: 0 } });
  const report = await project.ingest(runtime, { paths: ["."] });
  expect(runtime.calls).toEqual([]);
  expect(report).toMatchObject({ outcome: "applied", retiredClaims: 0, pages: { removed: [] } });
  const after = await project.wiki();
  expect(withoutNotes(after)).toEqual(withoutNotes(before));
  expect(after["refund.md"]).toContain(`](../${to}`);
  await using wiki = await openWiki({ projectDir: project.path });
  expect((await wiki.check()).findings).toEqual([]);
  expect(await project.ingest(runtime, { paths: ["."] })).toMatchObject({ outcome: "unchanged" });
  expect(runtime.calls).toEqual([]);
});

test("a source whose name another text has taken is found where it is now", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  await move(project, "sources/refunds.md", "sources/refunds-2025.md");
  await project.write({ "sources/refunds.md": "A voucher is paid.\n" });
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({ retiredClaims: 0, units: { done: 1 } });
  expect(runtime.calls).toEqual([expect.stringContaining('"sources/refunds.md"')]);
  expect((await project.wiki())["refund.md"]).toContain("](../sources/refunds-2025.md");
});

test("a copy is a source of its own, and so is a moved file that says something else", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  const text = await readFile(join(project.path, "sources/refunds.md"), "utf8");
  await project.write({ "sources/copy.md": text });
  const runtime = playRuntime();
  await project.ingest(runtime);
  expect(runtime.calls).toEqual([expect.stringContaining('"sources/copy.md"')]);
  await rm(join(project.path, "sources/policy.txt"));
  await project.write({ "sources/rules.txt": "A refund is paid within 15 days.\n" });
  expect(await project.ingest(runtime)).toMatchObject({ retiredClaims: 1, units: { done: 1 } });
});

test("of a moved source of several parts, the parts that changed are read alone", async () => {
  const part = (name: string): string =>
    `# ${name}\n\nThe ${name} has one buyer.\n\n${"Filler line of the part.\n".repeat(1_800)}\n`;
  await using project = await makeProject({ "sources/big.md": part("order") + part("refund") });
  await project.ingest(playRuntime());
  await rm(join(project.path, "sources/big.md"));
  await project.write({ "sources/large.md": part("order") + part("voucher") });
  const runtime = playRuntime();
  await project.ingest(runtime);
  expect(runtime.calls).toHaveLength(1);
  const wiki = await project.wiki();
  expect(wiki["order.md"]).toContain("](../sources/large.md");
  expect(Object.values(wiki).join("")).not.toContain("sources/big.md");
});
