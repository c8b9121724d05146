import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findProject } from "../src/index.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

test("--project-dir wins over KTX_PROJECT_DIR and over a ktx.yaml here, relative to the current folder", async () => {
  await using folder = await createTemporaryFolder({
    "ktx.yaml": "",
    "a/ktx.yaml": "",
    "b/ktx.yaml": "",
  });
  const env = { KTX_PROJECT_DIR: "b" };
  expect(await findProject({ projectDir: "a", env, cwd: folder.path })).toEqual({
    directory: join(folder.path, "a"),
    configFile: join(folder.path, "a", "ktx.yaml"),
    rule: "--project-dir",
    found: true,
    notFound: [],
  });
});

test("KTX_PROJECT_DIR wins over a ktx.yaml here", async () => {
  await using folder = await createTemporaryFolder({ "ktx.yaml": "", "b/ktx.yaml": "" });
  const project = await findProject({ env: { KTX_PROJECT_DIR: "b" }, cwd: folder.path });
  expect([project.rule, project.directory]).toEqual(["KTX_PROJECT_DIR", join(folder.path, "b")]);
});

test("the nearest ktx.yaml upwards is found, and an empty KTX_PROJECT_DIR counts as not set", async () => {
  await using folder = await createTemporaryFolder({
    "ktx.yaml": "",
    "a/ktx.yaml": "",
    "a/b/c/x": "",
  });
  const cwd = join(folder.path, "a/b/c");
  const project = await findProject({ env: { KTX_PROJECT_DIR: "" }, cwd });
  expect([project.rule, project.directory]).toEqual(["nearest ktx.yaml", join(folder.path, "a")]);
});

test("with no ktx.yaml anywhere the current folder is the project, and it says what was not found", async () => {
  await using folder = await createTemporaryFolder();
  expect(await findProject({ env: {}, cwd: folder.path })).toEqual({
    directory: folder.path,
    configFile: join(folder.path, "ktx.yaml"),
    rule: "current folder",
    found: false,
    notFound: [`There is no ktx.yaml in ${folder.path} or in any folder above it.`],
  });
});

test("a named folder is never replaced by a search, whether it lacks ktx.yaml or does not exist", async () => {
  await using folder = await createTemporaryFolder({ "ktx.yaml": "" });
  await mkdir(join(folder.path, "empty"));
  const look = (projectDir: string) => findProject({ projectDir, env: {}, cwd: folder.path });
  const empty = join(folder.path, "empty");
  const gone = join(folder.path, "gone");
  expect([await look("empty"), await look("gone")]).toMatchObject([
    { found: false, notFound: [`There is no ktx.yaml in ${empty}, which --project-dir names.`] },
    { found: false, notFound: [`There is no folder ${gone}, which --project-dir names.`] },
  ]);
});

test("an aborted search rejects with the signal's reason", async () => {
  const reason = new Error("stopped");
  await expect(findProject({ env: {}, cwd: "/", signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});
