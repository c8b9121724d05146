import { describe, expect, test } from "vitest";
import {
  checkCitation,
  linesNear,
  parsePage,
  printCitation,
  resolveCitation,
  type Sources,
} from "../src/index.ts";

const sourcesOf = (files: Readonly<Record<string, string>>): Sources => ({
  read: async (path) => files[path],
  list: async () => Object.keys(files),
});

/** A page that cites lines of `a.sql`, and the state of that citation once the file has another text. */
async function stateAfter(
  before: string,
  after: string,
  {
    from,
    to,
    near = true,
  }: { readonly from: number; readonly to: number; readonly near?: boolean },
) {
  const sources = sourcesOf({ "a.sql": before });
  const cited = await resolveCitation({ id: "s1", source: "a.sql", from, to }, sources);
  const footnote = printCitation(cited, "wiki/p.md").replace(near ? "" : / near:.*/, "");
  const [citation] = parsePage("p.md", `A.[^s1]\n\n${footnote}\n`, "wiki").citations;
  if (citation === undefined) throw new Error(`No citation: ${footnote}`);
  return await checkCitation(citation, sourcesOf({ "a.sql": after }));
}

const text = "one\ntwo\nthree\nfour\nfive\n";

describe("lines of a file that is still there", () => {
  test.each([
    ["in the middle", "one\ntwo\nfour\nfive\n", { from: 3, to: 3 }],
    ["that are several", "one\nfive\n", { from: 2, to: 4 }],
    ["at the start", "two\nthree\nfour\nfive\n", { from: 1, to: 1 }],
    ["at the end", "one\ntwo\nthree\nfour\n", { from: 5, to: 5 }],
    ["that leave a blank line", "one\ntwo\n\n  \nfour\nfive\n", { from: 3, to: 3 }],
    ["of a file that moves them, too", "new\nnew\none\n\ttwo\nfour\nfive\n", { from: 3, to: 3 }],
    ["and all others", "\n", { from: 1, to: 5 }],
    ["with the rest of the file", "one\n", { from: 3, to: 4 }],
  ])("and are deleted %s are gone", async (_, after, lines) => {
    const { state, reason } = await stateAfter(text, after, lines);
    expect(state).toBe("gone");
    expect(reason).toContain("of a.sql are deleted");
  });

  test.each([
    ["one is changed", "one\ntwo\n3\nfour\nfive\n", { from: 3, to: 3 }],
    ["a part is deleted", "one\ntwo\nfour\nfive\n", { from: 2, to: 3 }],
    ["lines come between", "one\ntwo\n3\n3.1\nfour\nfive\n", { from: 3, to: 3 }],
    ["the lines around are changed, too", "one\n2\n3\n4\nfive\n", { from: 3, to: 3 }],
    ["a line around is deleted, too", "one\ntwo\nfive\n", { from: 3, to: 3 }],
  ])("and of which %s are stale", async (_, after, lines) => {
    expect(await stateAfter(text, after, lines)).toEqual({ state: "stale" });
  });

  test("are stale where the lines around occur elsewhere without them", async () => {
    const braces = "{\n}\n{\nx\n}\n{\n}\n";
    expect(await stateAfter(braces, braces.replace("x", "y"), { from: 4, to: 4 })).toEqual({
      state: "stale",
    });
  });

  test("are stale without the mark of the lines around, but for those behind the file's end", async () => {
    const lines = { from: 3, to: 3, near: false };
    expect(await stateAfter(text, "one\ntwo\nfour\nfive\n", lines)).toEqual({ state: "stale" });
    expect(await stateAfter(text, "one\ntwo\n", lines)).toMatchObject({ state: "gone" });
  });

  test("and have moved get the mark of the lines that are around them now", async () => {
    const moved = "three\nlast\n";
    expect(await stateAfter(text, moved, { from: 3, to: 3 })).toEqual({
      state: "moved",
      movedTo: { source: "a.sql", from: 1, to: 1, near: linesNear(moved, { from: 1, to: 1 }) },
    });
  });
});

test.each(["> ", "- ", "> 1. "])(
  "a citation behind %j is one, and starts at its own mark",
  (lead) => {
    const page = `Claim.[^s1]\n\n${lead}[^s1]: [x:1](../a.sql) sha256:0123456789abcdef\n`;
    const [citation] = parsePage("p.md", page, "wiki").citations;
    expect(page.slice(citation?.start, citation?.end)).toMatch(/^\[\^s1\]: .*cdef$/);
  },
);

test("of many equal lines, the nearest one is the place of a citation, however its hash is cut", async () => {
  const sources = sourcesOf({ "a.sql": "x\n".repeat(40) });
  const cited = await resolveCitation({ id: "s1", source: "a.sql", from: 20, to: 20 }, sources);
  const after = sourcesOf({ "a.sql": `${"x\n".repeat(10)}${"y\n".repeat(20)}${"x\n".repeat(10)}` });
  for (const hash of [cited.hash, cited.hash.slice(0, 8), cited.hash.padEnd(64, "0")]) {
    const citation = { ...cited, from: 22, to: 22, hash, line: 1, start: 0, end: 0 };
    expect(await checkCitation(citation, after)).toMatchObject({
      state: "moved",
      movedTo: { from: 31, to: 31 },
    });
  }
});

test("a citation that leaves the project says so, and one whose page has moved finds its file", async () => {
  const read = (link: string) =>
    parsePage("p.md", `A.[^1]\n\n[^1]: [x:1](${link}) sha256:0123456789abcdef\n`, "wiki")
      .citations[0];
  const outside = read("../../secret.sql");
  if (outside === undefined) throw new Error("No citation.");
  expect(await checkCitation(outside, sourcesOf({}))).toEqual({
    state: "unreadable",
    reason: expect.stringContaining("../secret.sql is outside of the project"),
  });
  const sources = sourcesOf({ "models/a.sql": "one\n" });
  const { hash } = await resolveCitation(
    { id: "1", source: "models/a.sql", from: 1, to: 1 },
    sources,
  );
  const cited = { ...outside, source: "../models/a.sql", hash };
  expect(await checkCitation(cited, sources)).toMatchObject({
    state: "moved",
    movedTo: { source: "models/a.sql", from: 1 },
  });
});

describe("a footnote", () => {
  const problemsOf = (footnotes: string) =>
    parsePage("p.md", `A.[^s1]\n\n${footnotes}\n`, "wiki").problems.map(({ message }) => message);

  test.each([
    ["[^s1]: [orders.sql:2](../sources/orders.sql)", "sources/orders.sql:2 --page p.md --id s1`"],
    ["[^s1]: [orders.sql:2-4](../orders.sql) as of May", "orders.sql:2-4 --page p.md --id s1`"],
    ["[^s1]: [x:2](<../$(rm x).sql>)", "`ktx wiki cite <file>:<lines>`"],
    ["[^s1;x]: [x:2](../a.sql)", "`ktx wiki cite <file>:<lines>`"],
  ])(
    "%j cites lines that nobody can check, and the finding names the command",
    (footnote, part) => {
      const [message, ...others] = problemsOf(footnote);
      expect(message).toContain("without their hash");
      expect(message).toContain(part);
      expect(others).toEqual([]);
    },
  );

  test.each([
    "[^s1]: [orders.sql:2](../orders.sql) SHA256:0123456789abcdef",
    "[^s1]: [orders.sql:2](../orders.sql) sha256:0123",
    "[^s1]: [orders.sql](../orders.sql) sha256:0123456789abcdef",
    "[^s1]: [orders.sql:4-2](../orders.sql) sha256:0123456789abcdef",
  ])("%j has a hash, and is no citation", (footnote) => {
    expect(problemsOf(footnote)).toEqual([expect.stringContaining("no form of a citation")]);
  });

  test.each([
    "[^s1]: Said in a meeting.",
    "[^s1]: [RFC 9110:15](https://www.rfc-editor.org/rfc/rfc9110)",
    "[^s1]: See [orders](orders.md).",
    "[^s1]: [a:b](orders.md)",
  ])("%j is a note of another kind, and no finding", (footnote) => {
    expect(problemsOf(footnote)).toEqual([]);
  });

  test("with the id of an earlier one is a finding, since no reference leads to it", () => {
    expect(problemsOf("[^s1]: One.\n[^S1]: Two.")).toEqual([
      "The footnote [^S1] is in line 3 too. Give this one an id of its own.",
    ]);
  });

  test("links as any other text, but for a citation, whose file is checked with its lines", () => {
    const footnotes = "[^a]: See [one](one.md).\n[^b]: [x:1](../x.md) sha256:0123456789abcdef";
    expect(parsePage("p.md", footnotes, "wiki").links).toMatchObject([{ target: "one.md" }]);
  });
});
