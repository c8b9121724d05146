import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeProblem, readConfig } from "../src/index.ts";
import { describeFileError } from "../src/file-problem.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

test("a file is read, parsed, and named in problems as the label says", async () => {
  await using folder = await createTemporaryFolder({ "ktx.yaml": "llm:\n  modles: {}\n" });
  const file = join(folder.path, "ktx.yaml");
  const { problems, ...reading } = await readConfig(file, { label: "app/ktx.yaml" });
  expect(reading).toEqual({ file, written: { llm: {} }, config: { llm: { backend: "none" } } });
  expect(problems.map(({ file: shown, line, column }) => [shown, line, column])).toEqual([
    ["app/ktx.yaml", 2, 3],
  ]);
});

describe("what cannot be read is a problem with a fix", () => {
  async function problemsOf(path: string): Promise<string[]> {
    return (await readConfig(path)).problems.map(describeProblem);
  }

  test("no file, and a link to nothing", async () => {
    await using folder = await createTemporaryFolder();
    await symlink("nowhere", join(folder.path, "link"));
    const missing = [
      "ktx.yaml  expected a file to read, got none\n  fix: Run `ktx setup --llm-backend codex --no-input`.",
    ];
    expect(await problemsOf(join(folder.path, "ktx.yaml"))).toEqual(missing);
    expect(await problemsOf(join(folder.path, "link"))).toEqual(missing);
  });

  test("a folder", async () => {
    await using folder = await createTemporaryFolder();
    await mkdir(join(folder.path, "ktx.yaml"));
    expect(await problemsOf(join(folder.path, "ktx.yaml"))).toEqual([
      "ktx.yaml  expected a file to read, got a folder\n  fix: Move the folder away: ktx.yaml is a file.",
    ]);
  });

  test("a path through a file", async () => {
    await using folder = await createTemporaryFolder({ file: "" });
    expect(await problemsOf(join(folder.path, "file", "ktx.yaml"))).toEqual([
      "ktx.yaml  expected a file to read, got a path through a file\n  fix: Check the project's folder.",
    ]);
  });

  test("links in a circle", async () => {
    await using folder = await createTemporaryFolder();
    await symlink("ktx.yaml", join(folder.path, "ktx.yaml"));
    expect(await problemsOf(join(folder.path, "ktx.yaml"))).toEqual([
      "ktx.yaml  expected a file to read, got a loop of symbolic links\n  fix: Replace the link by the file.",
    ]);
  });

  test.runIf(process.platform !== "win32")("a device, which could be read for ever", async () => {
    expect(await problemsOf("/dev/zero")).toEqual([
      "ktx.yaml  expected a file to read, got a pipe, a socket or a device\n  fix: Replace it by a text file.",
    ]);
  });

  test("bytes that are not UTF-8", async () => {
    await using folder = await createTemporaryFolder();
    const file = join(folder.path, "ktx.yaml");
    await writeFile(file, Buffer.from("\uFEFFllm: {}", "utf16le"));
    expect(await problemsOf(file)).toEqual([
      "ktx.yaml  expected UTF-8 text, got other bytes\n  fix: Save the file as UTF-8.",
    ]);
  });

  // The tests may run as a user for whom no file is forbidden, so the system's answer is made here.
  test.each([
    ["EACCES", "read", "file-unreadable", "expected a file to read, got no permission"],
    ["EACCES", "write", "file-unwritable", "expected a file to write, got no permission"],
    ["EROFS", "write", "file-unwritable", "expected a file to write, got a read-only file system"],
    ["ENOENT", "write", "file-unwritable", "expected a file to write, got none"],
    ["EIO", "read", "file-unreadable", "expected a file to read, got system error EIO"],
  ] as const)("%s on %s", (code, purpose, problemCode, message) => {
    const error = Object.assign(new Error(`${code}: secret path`), { code });
    expect(describeFileError(error, "ktx.yaml", purpose)).toMatchObject({
      severity: "error",
      code: problemCode,
      line: null,
      message,
    });
  });
});

test("an aborted read rejects with the signal's reason", async () => {
  const reason = new Error("stopped");
  await expect(readConfig("ktx.yaml", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
