import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openSourceTexts } from "../src/index.ts";
import { adoptPages } from "../src/page/adopt-pages.ts";
import { cite } from "../src/page/citation.ts";
import { renderPage } from "../src/page/render-page.ts";
import { makeDocx, makePdf } from "./documents.ts";
import { makeProject, playRuntime } from "./project.ts";

test("citations of every kind of source hold when the wiki reads sources as the ingest does", async () => {
  await using project = await makeProject({
    "sources/a.html": `<h1>Plans</h1><p>A plan has one price.</p>${"<p>x</p>".repeat(400)}`,
    "sources/b.json": JSON.stringify({ note: "A seat has a name.", filler: "x".repeat(3_000) }),
    "sources/c.yml": 'models:\n  - name: orders\n    description: "An order has one buyer."\n',
    "sources/d.csv": "id,note\n1,A parcel has a number.\n",
  });
  await writeFile(join(project.path, "sources/e.pdf"), makePdf(["A refund is paid in euros."]));
  await writeFile(join(project.path, "sources/f.docx"), makeDocx(["An invoice is due at once."]));
  const report = await project.ingest(playRuntime());
  expect(report.units).toMatchObject({ done: 6, failed: 0 });
  expect(report.pages.created).toHaveLength(6);
  const sources = await openSourceTexts(project.path);
  await using wiki = await openWiki({ projectDir: project.path, sources });
  const check = await wiki.check();
  expect(check.findings).toEqual([]);
  expect(check.citations.fine).toBe(6);
  await project.write({ "sources/d.csv": "id,note\n1,A parcel has no number.\n" });
  expect((await wiki.check()).citations).toMatchObject({ fine: 5, stale: 1 });
});

test("nothing outside of the project is read", async () => {
  await using project = await makeProject({ "sources/a.md": "x\n" });
  await using outside = await makeTestFolder("outside");
  await writeFile(join(outside.path, "secret.md"), "secret\n");
  await symlink(join(outside.path, "secret.md"), join(project.path, "sources/link.md"));
  const sources = await openSourceTexts(project.path);
  expect(await sources.read("sources/a.md")).toBe("x\n");
  await expect(sources.read("sources/link.md")).rejects.toThrow("Links are not followed");
  expect(await sources.read("../secret.md")).toBeUndefined();
});

test("a page of an ingest knows deleted lines of a source from changed ones", async () => {
  const lines = ["# Refunds", "", "Within 30 days.", "Never twice.", "The end."];
  const cited = cite("sources/a.md", lines, 3, 3);
  if (cited === undefined) throw new Error("No such lines.");
  const claims = [{ section: "", text: "A refund takes 30 days.", citations: [cited] }];
  const page = {
    title: "Refunds",
    summary: "",
    tags: [],
    updated: "2026-11-29",
    contradictions: [],
  };
  const text = renderPage("refunds.md", { ...page, claims });
  await using project = await makeProject({
    "sources/a.md": `${lines.join("\n")}\n`,
    "wiki/refunds.md": text,
  });
  const sources = await openSourceTexts(project.path);
  await using wiki = await openWiki({ projectDir: project.path, sources });
  expect((await wiki.check()).citations.fine).toBe(1);
  expect([...adoptPages(new Map([["refunds.md", text]])).values()][0]?.claims).toEqual(claims);
  await project.write({
    "sources/a.md": `${lines.toSpliced(2, 1, "Within 14 days.").join("\n")}\n`,
  });
  expect((await wiki.check()).citations.stale).toBe(1);
  await project.write({ "sources/a.md": `${lines.toSpliced(2, 1).join("\n")}\n` });
  expect((await wiki.check()).citations.gone).toBe(1);
});
