import { appendFile, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../../src/run-program.ts";
import { captureIo } from "../capture-io.ts";
import { writeWikiProject } from "../end-to-end/wiki-project.ts";

async function openProject() {
  const path = await mkdtemp(join(tmpdir(), "ktx-wiki-"));
  await writeWikiProject(path);
  const runIn = async (folder: string, args: readonly string[], env = {}) => {
    const io = captureIo({ cwd: join(path, folder), env });
    const exitCode = await runProgram(args, io);
    return { exitCode, ...io.written };
  };
  return {
    path,
    runIn,
    run: (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      runIn("", args, env),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  await using project = await openProject();
  return await project.run(args, env);
}

test.each([
  [["search", "zebra"], 1, "", /^No page has any of these words\.\n$/],
  [
    ["read", "refund"],
    1,
    "",
    /^error: There is no page "refund" in wiki\.\nnext:  Did you mean finance\/refunds\.md\?\n$/,
  ],
  [["read", "../notes"], 2, "", /^error: Expected the name of a page[^]*got "\.\.\/notes":/],
  [["cite", "sources/orders.sql"], 2, "", /a file with its lines/],
  [["cite", "sources/orders.sql:4-2"], 2, "", /a file with its lines/],
  [["cite", "sources/orders.sql:9"], 1, "", /lines with text from 1 to 2/],
  [["cite", "none.sql:1"], 1, "", /there is no source "none\.sql"/],
  [["cite", ".env:1"], 2, "", /^error: "\.env" is hidden, and may hold secrets[^]*\nnext: /],
  [["cite", "./sources/.secret/key.txt:1"], 2, "", /is hidden, and may hold secrets/],
  [["cite", "sources/../.env:1"], 2, "", /^error: "\.env" is hidden/],
  [["cite", "sources/../../x.sql:1"], 1, "", /there is no source "\.\.\/x\.sql"/],
  [["cite", "../.env:1"], 1, "", /there is no source "\.\.\/\.env"/],
  [["cite", "sources/orders.sql:2", "--id", "a b"], 2, "", /such as s1/],
  [["why", "notes.txt"], 1, "", /There is no page "notes\.txt"/],
  [["list", "--wiki-dir", "none"], 1, "", /^error: There is no wiki/],
  [["list", "--wiki-dir", "../.."], 1, "", /leads out of it/],
  [["search"], 2, "", /missing required argument/],
  [["search", "x", "--limit", "0"], 2, "", /Expected a whole number\s+from 1/],
  [["read", "a", "b"], 2, "", /too many arguments/],
])("ktx wiki %j ends with %i and says why", async (args, exitCode, stdout, stderr) => {
  const result = await run(["wiki", ...args]);
  expect(result).toMatchObject({ exitCode, stdout });
  expect(result.stderr).toMatch(stderr);
});

test("ktx wiki cite prints a footnote that ktx wiki check finds fine, with a free id and the page's own path", async () => {
  await using project = await openProject();
  const page = join(project.path, "wiki/finance/refunds.md");
  const cited = await project.run([
    "wiki",
    "cite",
    "sources/orders.sql:1",
    "--page",
    "finance/refunds",
  ]);
  expect(cited).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^\[\^s2\]: \[orders\.sql:1\]\(\.\.\/\.\.\/sources\/orders\.sql\) sha256:[\da-f]{16} near:[\da-f]{8}\n$/,
    ),
    stderr: "Put [^s2] behind the claim, and this line at the end of wiki/finance/refunds.md.\n",
  });
  await appendFile(page, `${cited.stdout}\nMore.[^s2]\n`);
  expect(await project.run(["wiki", "check"])).toEqual({
    exitCode: 0,
    stdout: "No findings in 2 pages with 2 citations (2 fine).\n",
    stderr: "",
  });
});

test.each(["./sources/orders.sql", "sources/./orders.sql", "sources//../sources/orders.sql"])(
  "ktx wiki takes the path %s of a file as the file's own",
  async (path) => {
    await using project = await openProject();
    const cited = await project.run(["wiki", "cite", `${path}:1`]);
    expect(cited).toEqual(await project.run(["wiki", "cite", "sources/orders.sql:1"]));
    expect(cited.exitCode).toBe(0);
    const used = await project.run(["wiki", "why", path]);
    expect(used.stdout).toContain("finance/refunds.md");
  },
);

test.skipIf(process.platform === "win32")(
  "a name with a line break cannot look like another page or finding",
  async () => {
    await using project = await openProject();
    const name = "a\nrefunds.md:1 fine.md";
    await writeFile(join(project.path, "wiki", name), "Pears.[^x]\n");
    for (const args of [["list"], ["search", "pears"], ["check"]]) {
      const { stdout } = await project.run(["wiki", ...args]);
      expect(stdout).toContain("a refunds.md:1 fine.md");
      expect(stdout).not.toMatch(/^refunds\.md/m);
    }
  },
);

test("wiki why shows each claim above its lines, a contradiction once with all sides, and footnotes of no claim", async () => {
  await using project = await openProject();
  const page = join(project.path, "wiki/finance/refunds.md");
  const asked = ["wiki", "cite", "sources/orders.sql:1", "--page", "finance/refunds"];
  const { stdout: second } = await project.run(asked);
  const { stdout: third } = await project.run([...asked, "--id", "s3"]);
  await appendFile(page, `\n- They differ. ([^s1] against [^s2])\n\n${second}${third}`);
  const why = await project.run(["wiki", "why", "finance/refunds"]);
  expect(why).toEqual({
    exitCode: 0,
    stdout: [
      "A refund lowers net revenue.",
      "    [^s1] sources/orders.sql:2  fine",
      "They differ.",
      "    [^s1] sources/orders.sql:2  fine",
      "    [^s2] sources/orders.sql:1  fine",
      "No claim has these footnotes:",
      "    [^s3] sources/orders.sql:1  fine",
      "",
    ].join("\n"),
    stderr: "",
  });
  const { stdout } = await project.run(["wiki", "why", "finance/refunds", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    type: "why",
    claims: [
      { text: "A refund lowers net revenue.", citations: ["s1"] },
      { text: "They differ.", citations: ["s1", "s2"] },
    ],
  });
});

test("a page that is a link is named by list and by check", async () => {
  await using project = await openProject();
  await symlink("Orders.md", join(project.path, "wiki/link.md"));
  const listed = await project.run(["wiki", "list"]);
  expect(listed.stdout).not.toContain("link.md");
  expect(listed.stderr).toBe("Not listed: link.md. `ktx wiki check` says why.\n");
  const checked = await project.run(["wiki", "check"]);
  expect(checked).toMatchObject({ exitCode: 1, stderr: "" });
  expect(checked.stdout).toContain("link.md:1 page-problem It is a link");
});

test.each([
  [["mcp", "--http"], {}, 2, /needs a token in KTX_MCP_TOKEN/],
  [["mcp", "--http"], { KTX_MCP_TOKEN: "short" }, 2, /got a value of 5 characters/],
  [["mcp", "--port", "7337"], {}, 2, /--http alone/],
  [["mcp", "--http", "--port", "70000"], {}, 2, /a port from 0 to 65535/],
  [["mcp", "--wiki-dir", "none"], {}, 1, /There is no wiki/],
])("ktx %j with %j does not start, and says why", async (args, env, exitCode, stderr) => {
  const result = await run(args, env);
  expect(result).toMatchObject({ exitCode, stdout: "" });
  expect(result.stderr.replaceAll(/\s+/g, " ")).toMatch(stderr);
});

test.each([
  ["finance/refunds.md", "."],
  ["wiki/finance/refunds.md", "."],
  ["./wiki/finance/refunds.md", "."],
  ["wiki/finance/refunds", "."],
  ["refunds.md", "wiki/finance"],
  ["wiki/finance/refunds.md", "sources"],
  ["../wiki/finance/refunds.md", "sources"],
])("each command that takes a page knows %s, given in %s", async (page, folder) => {
  await using project = await openProject();
  const place = ["--project-dir", project.path];
  const ask = (args: readonly string[]) => project.runIn(folder, ["wiki", ...args, ...place]);
  const read = await ask(["read", page, "--json"]);
  expect(JSON.parse(read.stdout)).toMatchObject({ page: { name: "finance/refunds.md" } });
  const why = await ask(["why", page, "--json"]);
  expect(JSON.parse(why.stdout)).toMatchObject({ type: "why", page: "finance/refunds.md" });
  const cited = await ask(["cite", "sources/orders.sql:1", "--page", page]);
  expect(cited.stdout).toContain("](../../sources/orders.sql) ");
  expect(cited.stderr).toContain(" at the end of wiki/finance/refunds.md.");
  const path = join(project.path, "wiki/finance/refunds.md");
  expect(await ask(["read", path])).toMatchObject({ exitCode: 0 });
});

test("a page of a folder wiki below the wiki's own is named as it is", async () => {
  await using project = await openProject();
  await mkdir(join(project.path, "wiki/wiki/finance"), { recursive: true });
  const inner = join(project.path, "wiki/wiki/finance/refunds.md");
  await copyFile(join(project.path, "wiki/finance/refunds.md"), inner);
  const { stdout } = await project.run(["wiki", "read", "wiki/finance/refunds.md", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ page: { name: "wiki/finance/refunds.md" } });
});

test("ktx wiki why knows a source by its path from the folder where it is asked", async () => {
  await using project = await openProject();
  const args = ["wiki", "why", "orders.sql", "--project-dir", project.path];
  const { stdout } = await project.runIn("sources", [...args, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ type: "used-by", source: "sources/orders.sql" });
});
