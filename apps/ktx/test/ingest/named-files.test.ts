import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runProgram } from "../../src/run-program.ts";
import { captureIo } from "../capture-io.ts";

async function run(cwd: string, args: readonly string[]) {
  const io = captureIo({ cwd });
  const exitCode = await runProgram(args, io);
  return { exitCode, ...io.written };
}

test.each([
  [".", "to be a text file, got a folder"],
  ["none.md", "to be a text file, got no file at this path"],
  ["note.md/none.md", "to be a text file, got no file at this path"],
  ["big.md", "to have at most 20 MB of text, got more"],
  ["empty.md", "a text to remember, got an empty or binary one"],
  ["latin1.txt", "latin1.txt to be text in UTF-8 or UTF-16, got other bytes"],
])(
  "ktx remember --file %s is refused with what was expected, what came and what to do",
  async (file, said) => {
    await using folder = await makeTestFolder("remember");
    await writeFile(join(folder.path, "note.md"), "A refund is paid.\n");
    await writeFile(join(folder.path, "empty.md"), " \n");
    await writeFile(join(folder.path, "latin1.txt"), Buffer.from("Zur\u00fcck.\n", "latin1"));
    if (file === "big.md") await writeFile(join(folder.path, file), Buffer.alloc(20_000_001, "a"));
    const { exitCode, stderr } = await run(folder.path, ["remember", "--verbatim", "--file", file]);
    const text = stderr.replaceAll(/\s+/g, " ");
    expect(text).toMatch(/^error: Expected .* next: \S/);
    expect(text).toContain(said);
    expect(text).not.toMatch(/\b(?:EISDIR|ENOENT|ENOTDIR)\b/);
    expect(exitCode).toBe(2);
  },
);

test("ktx remember --file reads UTF-16 as an ingest does", async () => {
  await using folder = await makeTestFolder("remember");
  const file = join(folder.path, "note.txt");
  await writeFile(file, Buffer.from("\uFEFFZur\u00fcck in 30 Tagen.\n", "utf16le"));
  const { stdout, stderr } = await run(folder.path, ["remember", "--verbatim", "--file", file]);
  expect(stderr).toBe("");
  const [, page = ""] = /Written to (\S+)\.\n/.exec(stdout) ?? [];
  expect(await readFile(join(folder.path, page), "utf8")).toContain("\nZur\u00fcck in 30 Tagen.\n");
});

test("an editor that writes other bytes than UTF-8 changes nothing, and keeps its text", async () => {
  await using folder = await makeTestFolder("review");
  const { path } = folder;
  await mkdir(join(path, ".ktx/ingest/proposals"), { recursive: true });
  const proposal = {
    kind: "page",
    page: "a.md",
    reason: "A person wrote it.",
    text: "# A\n",
    hasConflicts: false,
  };
  const name = ".ktx/ingest/proposals/page-0123456789abcdef.json";
  await writeFile(join(path, name), JSON.stringify(proposal));
  await writeFile(join(path, "latin1"), Buffer.from("Zur\u00fcck.\n", "latin1"));
  const io = captureIo({ cwd: path, env: { EDITOR: `cp ${join(path, "latin1")}` } });
  expect(await runProgram(["wiki", "review", "a.md", "--edit"], io)).toBe(1);
  const said = io.written.stderr.replaceAll(/\s+/g, " ");
  expect(said).toMatch(
    /^error: Expected \S+ to be UTF-8, got other bytes\. .* Your text is kept in/,
  );
  expect(await readdir(path)).not.toContain("wiki");
});

test.each([
  ["orders.md", "."],
  ["wiki/orders.md", "."],
  ["./wiki/orders.md", "."],
  ["orders.md", "wiki"],
  ["../wiki/orders.md", "docs"],
])("a proposal for a page is found by %s, given in %s", async (name, cwd) => {
  await using folder = await makeTestFolder("review");
  const { path } = folder;
  for (const one of ["wiki", "docs", ".ktx/ingest/proposals"])
    await mkdir(join(path, one), { recursive: true });
  const page = { kind: "page", page: "orders.md", reason: "A person wrote this page." };
  const proposal = { ...page, text: "# Orders\n", hasConflicts: false };
  await writeFile(
    join(path, ".ktx/ingest/proposals/page-0123456789abcdef.json"),
    JSON.stringify(proposal),
  );
  const review = (args: readonly string[]) =>
    run(join(path, cwd), ["wiki", "review", name, "--project-dir", path, ...args]);
  const shown = await review(["--json"]);
  expect(JSON.parse(shown.stdout)).toMatchObject({ proposals: [{ id: "orders.md" }] });
  const other = await run(path, ["wiki", "review", "docs/orders.md"]);
  expect(other.exitCode).toBe(2);
  expect(await review(["--reject"])).toMatchObject({ exitCode: 0, stderr: "" });
});
