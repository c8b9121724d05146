import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { buildConfigSchema } from "../src/editor-schema.ts";
import { ConfigError, readConfig, writeConfig, type ConfigChanges } from "../src/index.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

const choose: ConfigChanges = {
  llm: { provider: { backend: "codex" }, models: { default: "gpt-5.5" } },
};

test("a new file holds the changes and lies beside the schema that its first line names", async () => {
  await using folder = await createTemporaryFolder();
  const file = join(folder.path, "ktx.yaml");
  expect(await writeConfig(file, choose)).toBe("created");

  const text = await readFile(file, "utf8");
  const reference = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? "";
  expect(parse(text)).toEqual(choose);
  expect(JSON.parse(await readFile(join(folder.path, reference), "utf8"))).toEqual(
    buildConfigSchema(),
  );
  expect((await readConfig(file)).problems).toEqual([]);
  expect((await readdir(folder.path)).toSorted()).toEqual([".ktx", "ktx.yaml"]);
});

test("a second write of the same changes leaves the file alone", async () => {
  await using folder = await createTemporaryFolder();
  const file = join(folder.path, "ktx.yaml");
  await writeConfig(file, choose);
  const { ino } = await stat(file);
  expect(await writeConfig(file, choose)).toBe("unchanged");
  expect((await stat(file)).ino).toBe(ino);
});

test("an existing file keeps its mode and gets no schema that it does not refer to", async () => {
  await using folder = await createTemporaryFolder({ "ktx.yaml": "llm: {} # mine\n" });
  const file = join(folder.path, "ktx.yaml");
  await chmod(file, 0o640);
  expect(await writeConfig(file, choose)).toBe("updated");
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  expect(await readdir(folder.path)).toEqual(["ktx.yaml"]);
});

test.each([
  ["that is there", true],
  ["that is not there yet", false],
])("a symbolic link stays, and the file %s takes the changes", async (_, exists) => {
  await using folder = await createTemporaryFolder({ "shared/keep": "" });
  const target = join(folder.path, "shared", "real.yaml");
  if (exists) await writeFile(target, "llm: {}\n");
  const link = join(folder.path, "ktx.yaml");
  await symlink(join("shared", "real.yaml"), link);
  await writeConfig(link, choose);
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
  expect(parse(await readFile(target, "utf8"))).toEqual(choose);
});

test.each([
  ["broken YAML", "llm: [", "expected a closing quote or bracket"],
  ["another encoding", "\u00ff\u00fe", "expected UTF-8 text"],
])(
  "a file of %s is refused and stays as it is, with nothing beside it",
  async (_, text, reason) => {
    await using folder = await createTemporaryFolder();
    const file = join(folder.path, "ktx.yaml");
    await writeFile(file, text, "latin1");
    await expect(writeConfig(file, choose)).rejects.toThrow(reason);
    expect(await readFile(file, "latin1")).toBe(text);
    expect(await readdir(folder.path)).toEqual(["ktx.yaml"]);
  },
);

test("a folder that is not there, or in the file's place, is a ConfigError with a fix", async () => {
  await using folder = await createTemporaryFolder();
  const gone = join(folder.path, "gone", "ktx.yaml");
  const taken = join(folder.path, "ktx.yaml");
  await mkdir(taken);
  await expect(writeConfig(gone, choose)).rejects.toThrow(ConfigError);
  await expect(writeConfig(gone, choose)).rejects.toThrow("Create the project's folder first.");
  await expect(writeConfig(taken, choose)).rejects.toThrow("Move the folder away");
  expect(await readdir(folder.path)).toEqual(["ktx.yaml"]);
});

test("an aborted write rejects with the signal's reason and leaves the folder as it was", async () => {
  await using folder = await createTemporaryFolder({ "ktx.yaml": "llm: {}\n" });
  const file = join(folder.path, "ktx.yaml");
  const reason = new Error("stopped");
  await expect(writeConfig(file, choose, { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );

  const later = new AbortController();
  const writing = writeConfig(file, choose, { signal: later.signal });
  later.abort(reason);
  await expect(writing).rejects.toBe(reason);
  expect([await readdir(folder.path), await readFile(file, "utf8")]).toEqual([
    ["ktx.yaml"],
    "llm: {}\n",
  ]);
});
