import { expect, test } from "vitest";
import { makeProject, type ModelScript, playRuntime } from "./project.ts";

const sources = {
  "sources/one/shop.md": "The shop sells books.\n",
  "sources/two/vans.md": "A van brings the parcels.\n",
};

/** Writes the source's line to a page that the script names; each page has the title Overview. */
function writeTo(pageOf: (source: string) => string, said: string[]): ModelScript {
  return (user, results) => {
    if (user.startsWith("Compare")) return compareAll(results);
    const [, source = ""] = /the file "([^"]+)"/.exec(user) ?? [];
    const [read, written] = results;
    if (read === undefined) return { tool: "source_read", arguments: { from: 1, to: 1 } };
    if (written !== undefined) {
      said.push(written);
      return { text: "Done." };
    }
    const [, text = ""] = /^1: (.*)$/m.exec(read) ?? [];
    const head = { page: pageOf(source), title: "Overview", summary: "", tags: [] };
    return {
      tool: "page_write",
      arguments: { ...head, claims: [{ section: "", text, lines: "1" }] },
    };
  };
}

function compareAll(results: readonly string[]): ReturnType<ModelScript> {
  if (results.length === 0) return { tool: "set_read", arguments: {} };
  if (results.length > 1) return { text: "Compared." };
  const groups = ["c1", "c2"].map((id) => ({ claims: [id], verdict: "compatible" }));
  return { tool: "set_decide", arguments: { groups } };
}

test("two pages with one title in different folders stay two", async () => {
  await using project = await makeProject(sources);
  const pageOf = (source: string) => source.replace(/^sources\/(\w+)\/.*$/, "$1/overview.md");
  const report = await project.ingest(playRuntime(writeTo(pageOf, [])), { concurrency: 1 });
  expect(report.pages.created).toEqual(["one/overview.md", "two/overview.md"]);
  expect(report.joined).toBeUndefined();
  const wiki = await project.wiki();
  expect(wiki["one/overview.md"]).toContain("- The shop sells books.[^s1]\n");
  expect(wiki["two/overview.md"]).toContain("- A van brings the parcels.[^s1]\n");
});

test("two new pages with one title in one folder are joined: the report and the answer of the tool say so", async () => {
  await using project = await makeProject(sources);
  const pageOf = (source: string) => source.replace(/^.*\/(\w+\.md)$/, "all/$1");
  const said: string[] = [];
  const runtime = playRuntime(writeTo(pageOf, said));
  const report = await project.ingest(runtime, { concurrency: 1 });
  expect(report.pages.created).toEqual(["all/shop.md"]);
  expect(report.joined).toEqual([{ page: "all/vans.md", into: "all/shop.md" }]);
  expect(said).toEqual(
    ["all/shop.md", "all/vans.md"].map(
      (page) =>
        `Noted 1 claims for ${page}. If another page of its folder has this title, they stand on that page.`,
    ),
  );
});

test("a page that is there has the claims, and the answer of the tool names it alone", async () => {
  await using project = await makeProject({
    ...sources,
    "wiki/all/shop.md": "# Overview\n",
    "wiki/all/vans.md": "# Overview\n",
  });
  const pageOf = (source: string) => source.replace(/^.*\/(\w+\.md)$/, "all/$1");
  const said: string[] = [];
  const report = await project.ingest(playRuntime(writeTo(pageOf, said)), { concurrency: 1 });
  expect(report.pages.proposed).toEqual(["all/shop.md", "all/vans.md"]);
  expect(said).toEqual(["Noted 1 claims for all/shop.md.", "Noted 1 claims for all/vans.md."]);
});

test("a page that a model names by its path from the project's folder is the page of that name", async () => {
  await using project = await makeProject(sources);
  const said: string[] = [];
  const pageOf = (source: string) => source.replace(/^sources\/(\w+)\/.*$/, "wiki/$1/overview.md");
  const report = await project.ingest(playRuntime(writeTo(pageOf, said)), { concurrency: 1 });
  expect(report.pages.created).toEqual(["one/overview.md", "two/overview.md"]);
  expect(said[0]).toMatch(/^Noted 1 claims for one\/overview\.md\./);
});
