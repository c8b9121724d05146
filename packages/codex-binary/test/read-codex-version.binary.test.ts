import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readCodexVersion, testedCodexVersions } from "../src/index.ts";
import { openTestHome } from "../../../test/open-test-home.ts";

test("the binary that the SDK brings has the lowest version that is tested", async () => {
  await using home = await openTestHome();
  expect(await readCodexVersion({ env: home.env })).toEqual({
    state: "found",
    path: expect.stringMatching(/codex(\.exe)?$/),
    version: testedCodexVersions.from,
  });
});

test("a program that says no version is found, without one", async () => {
  await using home = await openTestHome();
  expect(await readCodexVersion({ env: home.env, codexPath: "/usr/bin/printf" })).toEqual({
    state: "found",
    path: "/usr/bin/printf",
    version: null,
  });
});

test("a path where nothing is, is told as what was searched", async () => {
  expect(await readCodexVersion({ codexPath: "/nowhere/codex" })).toEqual({
    state: "not-found",
    searched: ["There is no file /nowhere/codex."],
  });
});

test.each([
  [import.meta.filename, "it is not executable"],
  ["/bin/false", "it ends with exit code 1"],
])("%s can not be run since %s", async (codexPath, reason) => {
  await using home = await openTestHome();
  expect(await readCodexVersion({ env: home.env, codexPath })).toEqual({
    state: "not-executable",
    path: codexPath,
    reason,
  });
});

test("a home in which no folder can be made is the error, with the folder", async () => {
  await using home = await openTestHome();
  const file = `${home.env["HOME"]}/file`;
  await writeFile(file, "");
  expect(await readCodexVersion({ env: { ...home.env, HOME: file } })).toMatchObject({
    state: "not-executable",
    reason: expect.stringMatching(/^the folder \S+ cannot be made \(ENOTDIR: not a directory\)$/),
    folder: expect.stringMatching(/\/file\//),
  });
});

test("the variable KTX_CODEX_PATH names another binary, unless a path is given", async () => {
  await using home = await openTestHome();
  const env = { ...home.env, KTX_CODEX_PATH: "/usr/bin/printf" };
  const named = await readCodexVersion({ env });
  expect(named).toMatchObject({ state: "found", path: "/usr/bin/printf" });
  const given = await readCodexVersion({ env, codexPath: "/nowhere/codex" });
  expect(given).toMatchObject({ state: "not-found" });
  expect(await readCodexVersion({ env: { KTX_CODEX_PATH: "/nowhere/codex" } })).toEqual({
    state: "not-found",
    searched: ["There is no file /nowhere/codex."],
  });
});
