import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parsePage } from "../src/index.ts";
import { openProject } from "./open-project.ts";

const netRevenue = `---
title: Net revenue
aliases: [Turnover]
---
# Net revenue

## What's new, in *2026* & later?

## Refunds
## Refunds

Setext
------

A paragraph. ^block-1

- item ^item2

<a id="Legacy"></a><h3>Old markup</h3>

## Named {#own-id}
`;

const files = {
  "wiki/net.md": netRevenue,
  "wiki/img/a picture.png": "x",
  "wiki/deep/other.md": "# Other\n",
  "docs/guide.md": "# Guide\n\n## Install\n",
  "assets/logo.svg": "x",
  ".github/workflows/ci.yml": "x",
  "dist/out.html": "x",
};

/** The findings of a page of these lines. */
async function messagesOf(text: string, name = "page.md"): Promise<readonly string[]> {
  await using scene = await openProject({ ...files, [`wiki/${name}`]: text });
  const { findings } = await scene.wiki.check();
  return findings.map(({ page, line, kind, message }) => `${page}:${line} ${kind} ${message}`);
}

describe("a link has its target", () => {
  test.each([
    "[[net#What's new, in 2026 & later?]]",
    "[[Net revenue#refunds]]",
    "[[turnover#Net revenue#Refunds|shown]]",
    "[[net#^block-1]] and ![[net#^item2]]",
    "| [[net#Setext\\|shown]] |",
    "# Own part\n\n[[#Own part]] [x](#own-part) [top](#top) [y](#)",
    "[x](net.md#whats-new-in-2026--later)",
    "[x](net.md#what-s-new-in-2026-later)",
    "[x](net.md#refunds-1)",
    "[x](net.md#setext) [x](net.md#Legacy) [x](net.md#old-markup) [x](net.md#own-id)",
    "[x](net.md#L4) [x](net.md#:~:text=Refunds)",
    "[x](net#refunds) [x](net.html#refunds) [x](/net.md#refunds) [x](deep/)",
    "![a](<img/a picture.png>) ![a](img/a%20picture.png) ![[a picture.png]] ![a](/assets/logo.svg)",
    "![a](img/a%20picture.png?raw=true)",
    "[x](../docs/guide.md#install) [x](../docs) [x](../.github/workflows/ci.yml) [x](../dist/out.html)",
    "[x](https://example.com/a#b) [x](mailto:a@example.com) [x]({{ base }}/x.png)",
    '<img src="img/a%20picture.png" alt="a > b"> <IMG alt=\'\' src=/assets/logo.svg>',
    '<a href="net.md#refunds">x</a> <a class="b" href="#top">y</a> <a name="z"></a>',
    '<img srcset="img/a%20picture.png 1x,/assets/logo.svg 2x, https://example.com/a,b.png 3x"> \\<img srcset="none.png">',
    '<img src="../img/a picture.png"> as a site with a folder for each page has it',
    '<img src="https://example.com/a.png"> <a href="mailto:a@example.com"> <img src={logo}>',
    String.raw`\<img src="none.png"> and a \\\<a href=none.md>link</a> are text`,
    '`<img src="none.png">` and <img data-src="none.png"> and <!-- <img src="none.png"> -->',
    '---\nup: "[[net#Refunds|shown]]"\nrelated:\n  - "[[Turnover]]"\ntags: [[none]]\n---\n',
    "`[x](none.png)` and \\[x](none.png)",
    "```\n[x](none.md#nowhere)\n```",
  ])("%s", async (text) => {
    expect(await messagesOf(text)).toEqual([]);
  });

  test("where a link of the file system stands in its place, which is not followed", async () => {
    await using scene = await openProject({ ...files, "wiki/page.md": "![x](linked/logo.svg)" });
    await symlink(join(scene.project, "assets"), join(scene.project, "wiki/linked"));
    expect((await scene.wiki.check()).findings).toMatchObject([{ page: "linked" }]);
  });
});

describe("a finding names", () => {
  test.each([
    ["[[net#nohead]]", 'The link to "net#nohead" leads to no heading and no block of net.md.'],
    ["[[net#^none]]", 'The link to "net#^none" leads to no heading and no block of net.md.'],
    ["[[#none]]", 'The link to "#none" leads to no heading and no block of page.md.'],
    [
      "[x](net.md#nohead)",
      'The link to "net.md#nohead" leads to no heading and no block of net.md.',
    ],
    ["[x](net.md#refunds-2)", expect.stringContaining('"net.md#refunds-2"')],
    ["[x](#none)", expect.stringContaining("page.md")],
    [
      "[x](../docs/guide.md#nohead)",
      'The link to "../docs/guide.md#nohead" leads to no heading and no block of docs/guide.md.',
    ],
    ["![x](img/none.png)", 'The picture "img/none.png" has no target in wiki.'],
    ["[![x](img/none.png)](net.md)", 'The picture "img/none.png" has no target in wiki.'],
    ["![[none.png]]", 'The link to "none.png" has no target in wiki.'],
    ["[x](data/none.csv)", 'The link to "data/none.csv" has no target in wiki.'],
    ["[x](none/)", 'The link to "none/" has no target in wiki.'],
    ["[x](../../elsewhere.md)", expect.stringContaining("leads out of the project")],
    ["![x](../../../etc/logo.png)", expect.stringContaining("leads out of the project")],
    ["[x](file:///etc/passwd)", expect.stringContaining("leads out of the project")],
    ["[x](<C:\\notes\\x.md>)", expect.stringContaining("leads out of the project")],
    ["[d]: img/none.png", 'The link to "img/none.png" has no target in wiki.'],
    ['Text <img alt="x" src="img/none.png">', 'The picture "img/none.png" has no target in wiki.'],
    [
      '<source media="x" srcset="/assets/logo.svg 1x,  img/none.png 480w">',
      'The picture "img/none.png" has no target in wiki.',
    ],
    ["<img srcset='none.png'>", 'The picture "none.png" has no target in wiki.'],
    [String.raw`\\<img src="none.png">`, 'The picture "none.png" has no target in wiki.'],
    ["<a href='none.md#x'>y</a>", 'The link to "none.md#x" has no target in wiki.'],
    ['<a href="net.md#nohead">y</a>', expect.stringContaining("leads to no heading")],
    ['---\ntitle: x\nup: "[[none]]"\n---\n', 'The link to "none" has no target in wiki.'],
    [
      "[x](<other.md#Part 1>)",
      'The link to "other.md#Part 1" has no target in wiki. A file of this name is elsewhere: write `deep/other.md#Part%201`.',
    ],
    [
      "![x](A%20picture.png)",
      'The picture "A picture.png" has no target in wiki. A file of this name is elsewhere: write `img/a%20picture.png`.',
    ],
    ["[x](docs/guide)", expect.stringContaining("write `../docs/guide.md`.")],
    ["- a\n    - b\n        - [x](none.md)", 'The link to "none.md" has no target in wiki.'],
  ])("%s", async (text, message) => {
    await using scene = await openProject({ ...files, "wiki/page.md": text });
    const { findings } = await scene.wiki.check();
    expect(findings).toMatchObject([{ page: "page.md", kind: "broken-link", message }]);
  });
});

test("a link whose name several files have says so, and one in front matter is a backlink on its line", async () => {
  await using scene = await openProject({
    ...files,
    "docs/other.md": "x",
    "wiki/page.md": '---\ntitle: x\nup: "[[none]]"\nnext: "[[Net revenue]]"\n---\n[x](other.md)\n',
  });
  expect((await scene.wiki.check()).findings).toMatchObject([
    { line: 3, message: 'The link to "none" has no target in wiki.' },
    {
      line: 6,
      message:
        'The link to "other.md" has no target in wiki. 2 files have this name: write the path of one.',
    },
  ]);
  expect(await scene.wiki.backlinks("net.md")).toEqual(["page.md"]);
});

test("the links of nested lists are links, and indented code in them has none", () => {
  const text = [
    "- one [[A]]",
    "\t- two [[B]]",
    "\t\t- three [[C]]",
    "    - two again [[D]]",
    "",
    "          [[code]]",
    "",
    "1. first",
    "",
    "    its second paragraph [[E]]",
    "",
    "Text",
    "",
    "    [[code]]",
  ].join("\n");
  const { links } = parsePage("p.md", text, "wiki");
  expect(links.map(({ target }) => target)).toEqual(["A", "B", "C", "D", "E"]);
});

test("a page whose sources cannot say which files exist has no findings for files", async () => {
  await using scene = await openProject(
    { "wiki/page.md": "![x](none.png) [x](none.csv) [x](none.md)" },
    { sources: { read: async () => undefined } },
  );
  expect((await scene.wiki.check()).findings).toMatchObject([
    { message: 'The link to "none.md" has no target in wiki.' },
  ]);
});

test("a search shows no mark of a block, and the lines of a callout are found", async () => {
  await using scene = await openProject({
    "wiki/page.md": "# Page\r\n\r\n> [!note] Careful\r\n> A refund lowers revenue. ^block-1\r\n",
  });
  const [hit] = await scene.wiki.search("refund revenue");
  expect(hit?.snippet).toContain("A **refund** lowers **revenue**.");
  expect(hit?.snippet).not.toContain("^block");
});

test("a wiki link in a table has its bar escaped, and its page has the backlink", async () => {
  await using scene = await openProject({
    "wiki/other.md": "# Other\n\n## Part\n",
    "wiki/pic.png": "x",
    "wiki/a.md":
      "| A | B |\n| - | - |\n| [[other\\|alias]] | ![[pic.png\\|100]] |\n| [[other#Part\\|p]] | [[gone\\|x]] |\n",
  });
  const { findings } = await scene.wiki.check();
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('The link to "gone" has no target'),
  ]);
  expect(await scene.wiki.backlinks("other.md")).toEqual(["a.md"]);
});

test("the attributes of a heading, as MkDocs and kramdown have them, are no part of its text", async () => {
  await using scene = await openProject({
    "wiki/a.md":
      "## Path params { #path-params }\n\n## At {: #at .x }\n\n## Plain { .cls }\n\n## Both { .c #both }\n",
    "wiki/b.md":
      "[1](a.md#path-params) [2](a.md#at) [3](a.md#plain) [4](a.md#both) [5](a.md#none)\n",
  });
  const { findings } = await scene.wiki.check();
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('The link to "a.md#none" leads to no heading'),
  ]);
});

test("brackets of a formula are no link, and amounts of money make no formula", async () => {
  const { links } = parsePage(
    "a.md",
    "$$ a[[b]] $$ and $c[[i]]$, from $5 [[one]] to $6, or [[two]] for $7-$8.\n",
    "wiki",
  );
  expect(links.map(({ target }) => target)).toEqual(["one", "two"]);
});

test("an address in a wiki link is shown as it is written", async () => {
  await using scene = await openProject({ "wiki/a.md": "[[https://x.y|web]]\n" });
  const { findings } = await scene.wiki.check();
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('The link to "https://x.y" leads out of the project.'),
  ]);
});
