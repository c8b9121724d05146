import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync, deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { splitSource } from "../src/plan/split-source.ts";
import { checkZip } from "../src/read/check-zip.ts";
import { findSources } from "../src/read/find-sources.ts";
import { pdfTextModule } from "../src/read/pdf-text.ts";
import { readApart } from "../src/read/read-apart.ts";
import { readSource } from "../src/read/read-source.ts";
import type { SourceText } from "../src/read/source-text.ts";
import { makeDocx, makePdf } from "./documents.ts";

async function read(name: string, content: string | Uint8Array): Promise<SourceText> {
  await using folder = await makeTestFolder("readers");
  await writeFile(join(folder.path, name), content);
  const reading = await readSource(join(folder.path, name), name);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.source;
}

async function reasonOf(name: string, content: string | Uint8Array): Promise<string> {
  await using folder = await makeTestFolder("readers");
  await writeFile(join(folder.path, name), content);
  const reading = await readSource(join(folder.path, name), name);
  return reading.ok ? "" : reading.reason;
}

const titles = ({ outline }: SourceText): readonly string[] =>
  outline.map(({ line, title }) => `${line} ${title}`);

test("Markdown keeps its lines; headings in code are none", async () => {
  const source = await read("a.md", "# One\n\n```\n# no\n```\n\nTwo\n---\ntext\r\n### Three ###\n");
  expect(source).toMatchObject({ kind: "markdown", reader: "markdown@1" });
  expect(source.lines).toHaveLength(10);
  expect(titles(source)).toEqual(["1 One", "7 Two", "10 Three"]);
});

test("a heading with a row of spaces that is made to stop a reader is read at once", async () => {
  const source = await read("a.md", `# x${" ".repeat(200_000)}y\n## Two ##\n`);
  expect(titles(source)).toEqual(["1 x", "2 Two"]);
});

test("a pipe is skipped, and nobody waits for its writer", async () => {
  await using folder = await makeTestFolder("readers");
  const pipe = join(folder.path, "a.md");
  execFileSync("mkfifo", [pipe]);
  expect(await readSource(pipe, "a.md")).toMatchObject({ ok: false });
});

test("text is split at paragraphs", async () => {
  expect(titles(await read("a.txt", "one\ntwo\n\nthree\n"))).toEqual(["1 one", "4 three"]);
});

test("HTML keeps each word in its line, and leaves out what nobody sees", async () => {
  const html =
    "<html><head><title>no</title></head>\n<body><h1>Prices</h1>\n<p>A seat costs\n9 euros.</p>\n<script>no()</script><p hidden>no</p><p style='display: none'>no</p><!-- no -->\n<ul><li>First</li></ul></body>";
  const source = await read("a.html", html);
  expect(source.lines).toEqual(["", "Prices", "A seat costs", "9 euros.", "", "- First"]);
  expect(titles(source)).toEqual(["2 Prices"]);
});

test("HTML in one long line gets a line for each block", async () => {
  const blocks = Array.from({ length: 100 }, (_, index) => `<p>Paragraph number ${index}.</p>`);
  const source = await read("a.html", `<h2>Long</h2>${blocks.join("")}`);
  expect(source.lines.slice(0, 3)).toEqual(["Long", "Paragraph number 0.", "Paragraph number 1."]);
});

test("the words of two blocks of one line of HTML stay two words, in the line of the file", async () => {
  const html = [
    "<p>Price: 10<br>20 users are included</p><dl><dt>Fee</dt><dd>5</dd><dt>Tax</dt><dd>19</dd></dl><p>Total 1</p><p>0 days notice</p>",
    "<h1>Terms</h1><p>A <b>re</b>fund</p><ul><li>One</li><li><p>Two</p></li></ul>",
    "<table><tr><td>1</td><td><p>2</p></td></tr><tr><th></th><th>3</th></tr></table>",
    "<select><option>7</option><option>8</option></select><details><summary>9</summary>10</details>",
    "<p>Alone",
    "</p>",
    "<p>Next</p>",
    "Area: 10<sup>2</sup> m, the 4<sup>th</sup>, <del>30</del><ins>14</ins> days, 5<img src='x' alt='6 stars'>7",
    "<h2>Part<br>Two &amp; more</h2>",
  ].join("\n");
  const source = await read("a.html", html);
  expect(source.reader).toBe("html@2");
  expect(source.lines).toEqual([
    "Price: 10 ¶ 20 users are included ¶ Fee ¶ 5 ¶ Tax ¶ 19 ¶ Total 1 ¶ 0 days notice",
    "Terms ¶ A refund ¶ - One ¶ - Two",
    "| 1 | 2 ¶ | | 3",
    "7 ¶ 8 ¶ 9 ¶ 10",
    "Alone",
    "",
    "Next",
    "Area: 10^2 m, the 4th, ~~30~~14 days, 5 6 stars 7",
    "Part ¶ Two & more",
  ]);
  expect(titles(source)).toEqual(["2 Terms", "9 Part Two & more"]);
});

test("SQL is split at statements, not at a semicolon in a text or a comment", async () => {
  const sql = "-- A; comment\nselect ';' as a;\n\ncreate function f() as $$ a; b; $$;\nselect 1";
  expect(titles(await read("a.sql", sql))).toEqual([
    "2 select ';' as a",
    "4 create function f() as $$ a; b; $$",
    "5 select 1",
  ]);
});

test("YAML is split at keys and entries; broken YAML is read as text", async () => {
  const yaml = "version: 2\nmodels:\n  - name: orders\n    description: x\n  - name: refunds\n";
  expect(titles(await read("a.yml", yaml))).toEqual([
    "1 version",
    "2 models",
    "3 orders",
    "5 refunds",
  ]);
  expect((await read("b.yaml", "a: [\n")).lines).toEqual(["a: ["]);
});

test("of CSV the header and the first rows are read, so that a growing table stays the same", async () => {
  const rows = Array.from({ length: 100 }, (_, index) => `${index};"a\nb"`);
  const csv = (count: number): string => `id;text\n${rows.slice(0, count).join("\n")}\n`;
  const source = await read("a.csv", csv(60));
  expect(source.lines).toHaveLength(81);
  expect(titles(source)).toEqual(["1 id, text"]);
  expect((await read("a.csv", csv(100))).lines).toEqual(source.lines);
});

test("JSON keeps its lines, and is laid out where a line is not for people", async () => {
  expect(
    titles(await read("a.json", '{\n  "one": 1,\n  "two": {\n    "three": 3\n  }\n}\n')),
  ).toEqual(["2 one", "3 two"]);
  const long = await read("b.json", JSON.stringify({ text: "x".repeat(3_000), more: 1 }));
  expect(long.lines).toHaveLength(4);
  expect(await reasonOf("c.json", "{oops")).toContain("Expected JSON");
});

test("a file that a library cannot read has a sentence without the words of an engine", async () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(await reasonOf("deep.json", deep)).toBe(
    "The file could not be read: it is nested too deep. Correct it, or leave it out.",
  );
  for (const [text, reason] of [
    ["a < b", "invalid tagName"],
    ["&nope;", "entity not found:&nope;"],
    ["<w:p>".repeat(20_000), "it is nested too deep"],
  ] as const)
    expect(await reasonOf("a.docx", makeDocx([text]))).toBe(
      `Expected a DOCX document: ${reason}. Repair the file, or leave it out.`,
    );
});

test("a CSV file of which rows are left out says so, and another one does not", async () => {
  const rows = (count: number): string => `id\n${"1\n".repeat(count)}`;
  expect((await read("a.csv", rows(42))).leftOut).toContain("first 40 rows are read, and 2 lines");
  expect(await read("b.csv", rows(40))).not.toHaveProperty("leftOut");
});

test("a dbt manifest becomes one part for each model, in an order of its own", async () => {
  const node = (name: string): object => ({
    name,
    resource_type: "model",
    description: `The ${name}.`,
    columns: { id: { name: "id", description: "The key.", data_type: "int" } },
    depends_on: { nodes: ["source.raw"] },
    raw_code: "select 1",
  });
  const manifest = {
    metadata: { dbt_schema_version: "https://schemas.getdbt.com/dbt/manifest/v12.json" },
    nodes: { "model.b": node("b"), "model.a": node("a"), "test.x": { resource_type: "test" } },
  };
  const source = await read("manifest.json", JSON.stringify(manifest));
  expect(source.kind).toBe("dbt-manifest");
  expect(titles(source)).toEqual(["1 model a", "9 model b"]);
  expect(source.lines.slice(0, 5)).toEqual([
    "## model a",
    "The a.",
    "depends on: source.raw",
    "- column id (int): The key.",
    "```sql",
  ]);
});

test("the text of a PDF is read by pages", async () => {
  const source = await read("a.pdf", makePdf(["A refund is paid within 30 days.", "Second page."]));
  expect(source.lines.filter((line) => line !== "")).toEqual([
    "A refund is paid within 30 days.",
    "Second page.",
  ]);
  expect(titles(source).map((one) => one.replace(/^\d+ /, ""))).toEqual(["page 1", "page 2"]);
  expect(await reasonOf("b.pdf", "%PDF-1.4 broken")).toContain("Expected a PDF");
});

test("a small DOCX that unpacks to more than the memory takes is skipped, whatever sizes it names", async () => {
  const bomb = makeDocx(["a".repeat(101_000_000)], (data) => deflateRawSync(data));
  expect(bomb.length).toBeLessThan(200_000);
  expect(await reasonOf("bomb.docx", bomb)).toBe(
    "Expected at most 100 MB in the archive, got more. Leave the file out.",
  );
  const packed = makeDocx(["A refund is paid."], (data) => deflateRawSync(data));
  expect(() => checkZip(packed)).not.toThrow();
  expect(() => checkZip(packed.subarray(0, -30))).toThrow("damaged");
});

test("a small PDF that unpacks to more than the memory takes is ended and skipped", async () => {
  const pdf = { name: "PDF", module: pdfTextModule };
  const packed = deflateSync(deflateSync(Buffer.alloc(200_000_000, " ")));
  const bomb = Buffer.concat([
    Buffer.from(
      `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Length ${packed.length}/Filter[/FlateDecode/FlateDecode]>>stream\n`,
    ),
    packed,
    Buffer.from("\nendstream endobj\ntrailer<</Root 1 0 R>>"),
  ]);
  expect(bomb.length).toBeLessThan(2_000);
  const ended = "got one that takes more. Leave the file out.";
  const hour = 3_600_000;
  await expect(readApart(pdf, bomb, { ms: hour, bytes: 100_000_000 })).rejects.toThrow(ended);
  await expect(readApart(pdf, bomb, { ms: 1, bytes: 600_000_000 })).rejects.toThrow(ended);
});

test("the text of a DOCX is read by paragraphs", async () => {
  const source = await read("a.docx", makeDocx(["A refund is paid within 30 days.", "Second."]));
  expect(source.lines.filter((line) => line !== "")).toEqual([
    "A refund is paid within 30 days.",
    "Second.",
  ]);
  const breaks = ["", ' w:type="page"', ' w:type="column"'].map(
    (type) => `30 days.</w:t><w:br${type}/><w:t>A break`,
  );
  const broken = await read("c.docx", makeDocx([...breaks, "The end."]));
  expect(broken.reader).toBe("docx@3");
  expect(broken.lines.filter((line) => line !== "")).toEqual([
    ...breaks.flatMap(() => ["30 days.", "A break"]),
    "The end.",
  ]);
  expect(await reasonOf("b.docx", "no zip")).toContain("Expected a ZIP archive");
});

test.each([
  ["as it is", undefined],
  ["packed", deflateRawSync],
])("words of a DOCX, %s, on both sides of a carriage return or a tab stay two", async (_, pack) => {
  const signs = ["<w:cr/>", "<w:cr />", "<w:cr></w:cr>", '<w:ptab w:alignment="left"/>'];
  const paragraphs = ["Grüße", ...signs.map((sign) => `30 days.</w:t>${sign}<w:t>A break`)];
  const { lines } = await read("a.docx", makeDocx(paragraphs, pack, true));
  expect(lines.filter((line) => line !== "").join("|")).toMatch(
    /^Grüße\|(?:30 days\.\|A break\|){3}30 days\.\s+A break$/,
  );
});

test("text may be UTF-16; other bytes are named", async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("# Grüße\n", "utf16le")]);
  expect((await read("a.md", utf16)).lines).toEqual(["# Grüße"]);
  expect(await reasonOf("b.md", Buffer.from([0x47, 0x72, 0xfc]))).toContain("UTF-8");
  expect(await reasonOf("c.md", Buffer.alloc(20_000_001, 97))).toContain("at most 20 MB");
});

test("a big source is split before the highest heading that fits; small ones are not", () => {
  const lines = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(99, "x"));
  const outline = [
    { line: 1, level: 1, title: "a" },
    { line: 8, level: 2, title: "b" },
    { line: 15, level: 1, title: "c" },
    { line: 18, level: 2, title: "d" },
  ];
  expect(splitSource({ lines, outline }, 500)).toEqual([
    { from: 1, to: 14 },
    { from: 15, to: 17 },
    { from: 18, to: 37 },
    { from: 38, to: 40 },
  ]);
  expect(splitSource({ lines, outline }, 10_000)).toEqual([{ from: 1, to: 40 }]);
});

test("folders are walked, globs match, and what has no name is said", async () => {
  await using folder = await makeTestFolder("find");
  for (const name of ["docs", "docs/deep", "node_modules/x", "wiki", ".git"])
    await mkdir(join(folder.path, name), { recursive: true });
  for (const name of [
    "docs/a.md",
    "docs/deep/b.md",
    "node_modules/x/c.md",
    "wiki/d.md",
    ".git/e.md",
  ])
    await writeFile(join(folder.path, name), "x");
  const find = async (...given: string[]): Promise<unknown> => {
    const { paths, skipped } = await findSources({
      projectDir: folder.path,
      cwd: folder.path,
      given,
    });
    return [paths, skipped.map(({ path }) => path)];
  };
  expect(await find(".")).toEqual([["docs/a.md", "docs/deep/b.md"], []]);
  expect(await find("docs/**/*.md", "docs/a.md")).toEqual([["docs/a.md", "docs/deep/b.md"], []]);
  expect(await find("nothing", "*.xyz")).toEqual([[], ["nothing", "*.xyz"]]);
  await mkdir(join(folder.path, ".venv"));
  await writeFile(join(folder.path, ".venv/secret.md"), "x");
  await symlink("a.md", join(folder.path, "docs/link.md"));
  expect(await find(".", ".venv/*.md")).toEqual([["docs/a.md", "docs/deep/b.md"], [".venv/*.md"]]);
  expect(await find(".venv/secret.md")).toEqual([[], [".venv/secret.md"]]);
  await using other = await makeTestFolder("outside");
  await writeFile(join(other.path, "f.md"), "x");
  expect(await find(join(other.path, "f.md"))).toMatchObject([[], [expect.any(String)]]);
  expect(await readFile(join(other.path, "f.md"), "utf8")).toBe("x");
});
