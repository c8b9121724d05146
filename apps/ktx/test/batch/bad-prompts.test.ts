import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runCli } from "../../src/cli.ts";
import { captureIo } from "../capture-io.ts";

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  /** On one line. */
  readonly stderr: string;
}

async function runBatch(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const io = captureIo({ cwd, env: { HOME: cwd } });
  const exitCode = await runCli(["batch", ...args, "--model", "gpt-5.5"], io);
  const { stdout, stderr } = io.written;
  return { exitCode, stdout, stderr: stderr.replaceAll(/\s+/g, " ") };
}

const jsonLine =
  'next: Write one JSON value on each line: "a prompt", or {"id":"a","prompt":"a prompt"}.';

test("ktx batch status before the first batch says so, and makes no store", async () => {
  await using folder = await makeTestFolder("batch");
  const io = captureIo({ cwd: folder.path, env: { HOME: folder.path } });
  expect(await runCli(["batch", "status"], io)).toBe(0);
  expect(io.written.stdout).toBe("No batch has run on this store.\n");
  expect(await readdir(folder.path)).toEqual([]);
});

describe("ktx batch refuses", () => {
  test.each([
    [
      "a line that is no JSON",
      '"a"\n{"prompt": \n',
      "line 2: expected a JSON value, got text that is not JSON (",
    ],
    [
      "a line with a mistake, whose column it names",
      '"a"\n{broken\n',
      "line 2: expected a JSON value, got text that is not JSON (Expected property name or '}' in column 2)",
    ],
    [
      "a line with more than one value",
      '"a" "b"',
      "line 1: expected a JSON value, got text that is not JSON (Unexpected non-whitespace character after JSON in column 5)",
    ],
    [
      "an id that is the number of an earlier line without one",
      '"a"\n{"prompt":"b","id":1}',
      'line 2: expected an id of its own, got "1", which line 1 has too; a line without an id has its number',
    ],
    [
      "a line of another form",
      "[1]",
      'line 1: expected a text or an object with "prompt", got [1]',
    ],
    [
      "an object without a prompt",
      '{"id":"a"}',
      'line 1: expected "prompt" to be a text, got none',
    ],
    [
      "a key that it does not know",
      '{"prompt":"a","systm":"b"}',
      'line 1: expected the keys prompt, id and system, got "systm"',
    ],
    [
      "an id of another form",
      '{"prompt":"a","id":[]}',
      'line 1: expected "id" to be a text or a number, got []',
    ],
    [
      "a system text of another form",
      '{"prompt":"a","system":1}',
      'line 1: expected "system" to be a text, got 1',
    ],
    ["an empty prompt", '"  "', "line 1: expected a prompt, got an empty text"],
    [
      "one id twice",
      '{"id":"a","prompt":"x"}\n\n{"id":"a","prompt":"y"}',
      'line 3: expected an id of its own, got "a", which line 1 has too',
    ],
    [
      "an id that is the number of another line",
      '"x"\n{"id":1,"prompt":"y"}',
      'line 2: expected an id of its own, got "1", which line 1 has too',
    ],
    [
      "a line of 10 MB",
      `"${"p".repeat(10_000_000)}"`,
      "line 1: expected a prompt of at most 1,048,576 characters, got 10,000,000; give the model a tool that reads the text, or split it",
    ],
  ])("%s, with its line", async (_, content, problem) => {
    await using folder = await makeTestFolder("batch");
    await writeFile(join(folder.path, "prompts.jsonl"), content);
    const { exitCode, stdout, stderr } = await runBatch(folder.path, "prompts.jsonl");
    expect(stderr).toContain(
      `error: ${join(folder.path, "prompts.jsonl")} cannot be used. why: ${problem}`,
    );
    expect(stderr).toContain(jsonLine);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  test("many such lines with the first of them and their number", async () => {
    await using folder = await makeTestFolder("batch");
    await writeFile(join(folder.path, "prompts.jsonl"), "{\n".repeat(12));
    const { stderr } = await runBatch(folder.path, "prompts.jsonl");
    expect(stderr).toMatch(/line 5: .* and 7 more next: /);
  });

  test.each([
    ["an empty file", ""],
    ["a file of empty lines", "\uFEFF\n \r\n"],
  ])("%s", async (_, content) => {
    await using folder = await makeTestFolder("batch");
    await writeFile(join(folder.path, "prompts.jsonl"), content);
    const { exitCode, stderr } = await runBatch(folder.path, "prompts.jsonl");
    expect(stderr).toBe(
      `error: Expected prompts in ${join(folder.path, "prompts.jsonl")}, found none. ${jsonLine} `,
    );
    expect(exitCode).toBe(2);
  });

  test("a path where nothing is, and a file that is no UTF-8", async () => {
    await using folder = await makeTestFolder("batch");
    const missing = await runBatch(folder.path, "nothing.jsonl");
    expect(missing.stderr).toContain(
      `error: Expected a file or folder of prompts at ${join(folder.path, "nothing.jsonl")}, found none.`,
    );
    await writeFile(join(folder.path, "latin.jsonl"), Buffer.from('"caf\xe9"', "latin1"));
    const latin = await runBatch(folder.path, "latin.jsonl");
    expect(latin.stderr).toContain("to be a text in UTF-8 that can be read.");
    expect([missing.exitCode, latin.exitCode]).toEqual([2, 2]);
  });

  test("stdin without prompts", async () => {
    await using folder = await makeTestFolder("batch");
    const { exitCode, stderr } = await runBatch(folder.path, "-");
    expect(stderr).toBe(`error: Expected prompts in stdin, found none. ${jsonLine} `);
    expect(exitCode).toBe(2);
  });

  test("a folder without prompts, and names what it passed over", async () => {
    await using folder = await makeTestFolder("batch");
    await mkdir(join(folder.path, "prompts", "deeper.md"), { recursive: true });
    await writeFile(join(folder.path, "prompts", ".hidden.md"), "hidden");
    const none = await runBatch(folder.path, "prompts");
    expect(none.stderr).toContain(
      "that can be read: deeper.md. next: Write each prompt into an .md or .txt file of its own.",
    );
    await writeFile(join(folder.path, "prompts", "b.md"), "");
    const empty = await runBatch(folder.path, "prompts");
    expect(empty.stderr).toContain("why: b.md: expected a prompt, got an empty text");
    expect([none.exitCode, empty.exitCode]).toEqual([2, 2]);
  });

  test.skipIf(process.platform === "win32")(
    "a folder of links, none of which it follows, and names them",
    async () => {
      await using folder = await makeTestFolder("batch");
      const prompts = join(folder.path, "prompts");
      await mkdir(prompts);
      await writeFile(join(folder.path, "secret.txt"), "A secret.");
      await symlink(join(folder.path, "secret.txt"), join(prompts, "a.txt"));
      await symlink(join("..", "secret.txt"), join(prompts, "b.md"));
      await symlink("nowhere.md", join(prompts, "c.md"));
      await symlink(folder.path, join(prompts, "d"));
      const { exitCode, stdout, stderr } = await runBatch(folder.path, "prompts");
      expect(stderr).toContain(
        "found none. why: Passed over in " +
          `${prompts}, as no .md or .txt file that can be read: a.txt (a link), b.md (a link), c.md (a link), d (a link). next: `,
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    },
  );

  test("results that cannot be written, before anything runs", async () => {
    await using folder = await makeTestFolder("batch");
    await writeFile(join(folder.path, "prompts.jsonl"), '"a"');
    const nowhere = await runBatch(folder.path, "prompts.jsonl", "--out", "none/results.jsonl");
    expect(nowhere.stderr).toContain(
      "error: Expected --out to be a file that can be written, got ",
    );
    const same = await runBatch(folder.path, "prompts.jsonl", "--out", "./prompts.jsonl");
    expect(same.stderr).toContain(
      "error: Expected --out to be another file than the prompts, got ./prompts.jsonl for both.",
    );
    expect([nowhere.exitCode, same.exitCode]).toEqual([2, 2]);
  });

  test("results in place of the store, of another database or of the settings", async () => {
    await using folder = await makeTestFolder("batch");
    await writeFile(join(folder.path, "prompts.jsonl"), '"a"');
    await writeFile(join(folder.path, "other.db"), `SQLite format 3\0${"x".repeat(100)}`);
    await writeFile(join(folder.path, "ktx.yaml"), "");
    const wrong = [
      ["--out", "new.db", "--store", "new.db"],
      ["--out", "other.db"],
      ["--out", ".ktx/batch.sqlite"],
      ["--out", "ktx.yaml"],
    ];
    for (const flags of wrong) {
      const { exitCode, stderr } = await runBatch(folder.path, "prompts.jsonl", ...flags);
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringMatching(/^error: Expected --out to be (?:another file|a file)/),
      ]);
    }
    expect(await readFile(join(folder.path, "other.db"), "latin1")).toContain("SQLite format 3");
  });

  test("a store that is another file, and leaves it as it is", async () => {
    await using folder = await makeTestFolder("batch");
    await writeFile(join(folder.path, "prompts.jsonl"), '"a"');
    await writeFile(join(folder.path, "notes.txt"), "These are notes. ".repeat(20));
    const { exitCode, stderr } = await runBatch(
      folder.path,
      "prompts.jsonl",
      "--store",
      "notes.txt",
    );
    expect(stderr).toContain("is no store of units. Choose another file.");
    expect(exitCode).toBe(1);
  });
});
