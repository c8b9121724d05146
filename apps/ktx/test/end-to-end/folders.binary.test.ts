import { mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ownRepository } from "../../src/current-folder.ts";
import { runHere } from "../run-here.ts";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

const inDeletedFolder = 'mkdir gone && cd gone && rmdir ../gone && "$@"';

describe("in a deleted folder", () => {
  test.each([
    [["models"]],
    [["status", "--json"]],
    [["config", "check"]],
    [["demo"]],
    [["run", "Hi", "--model", "gpt-5.5"]],
    [["setup", "--llm-backend", "codex", "--no-input"]],
  ])("%j says that the folder is gone and exits 2", async (args) => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout, stderr } = await runKtx(sandbox, args, { shell: inDeletedFolder });
    expect(stderr).toContain("error: The current folder cannot be used.\nwhy:   It was deleted.\n");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  });

  test.each([["--version"], ["--help"]])("%s needs no folder", async (flag) => {
    await using sandbox = await openSandbox();
    const { exitCode, stdout } = await runKtx(sandbox, [flag], { shell: inDeletedFolder });
    expect(exitCode).toBe(0);
    expect(stdout).not.toBe("");
  });
});

describe("a project's folder that is named and not there", () => {
  const commands = [
    ["run", "Hi"],
    ["run", "Hi", "--model", "gpt-5.5"],
    ["run", "--explain"],
    ["models"],
    ["config", "show"],
    ["config", "check", "--json"],
    ["setup", "--llm-backend", "codex", "--no-input"],
  ];

  test.each(commands)("is what %s %s %s reports, by --project-dir", async (...args) => {
    await using sandbox = await openSandbox();
    const given = args.filter((arg) => arg !== undefined);
    const result = await runKtx(sandbox, [...given, "--project-dir", "/nope"]);
    expect(result).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: The folder /nope does not exist, or may not be read.\n" +
        "why:   --project-dir names it as the project's folder.\n" +
        "next:  Correct --project-dir, or create the folder first.\n",
    });
  });

  test("is reported for KTX_PROJECT_DIR, too, and a file is no folder", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "file"), "");
    const env = { KTX_PROJECT_DIR: "file" };
    const { exitCode, stderr } = await runKtx(sandbox, ["run", "Hi"], { env });
    const message = stderr.replaceAll(/\s+/g, " ");
    expect(message).toMatch(/^error: \S+\/file is not a folder\. why: KTX_PROJECT_DIR names it/);
    expect(exitCode).toBe(2);
  });

  test("is a failed check of the status report", async () => {
    await using sandbox = await openSandbox();
    const args = ["status", "--json", "--no-probe", "--project-dir", "/nope"];
    const { exitCode, stdout } = await runKtx(sandbox, args);
    expect(JSON.parse(stdout)).toMatchObject({
      ready: false,
      checks: expect.arrayContaining([
        expect.objectContaining({
          id: "project",
          message: "There is no folder /nope, which --project-dir names.",
        }),
      ]),
    });
    expect(exitCode).toBe(1);
  });
});

describe("from a clone, by `pnpm ktx`", () => {
  const fromClone = `cd ${ownRepository} && "$@"`;

  test.each(["ktx", "demo"])(
    "the script %s works on the folder that it was called from",
    async (script) => {
      await using sandbox = await openSandbox();
      const folder = join(await realpath(sandbox.project), "deeper");
      await mkdir(folder);
      const env = { INIT_CWD: folder, npm_lifecycle_event: script };
      const args = ["config", "show", "--json"];
      const { stdout } = await runKtx(sandbox, args, { env, shell: fromClone });
      expect(JSON.parse(stdout)).toMatchObject({ project: { directory: folder } });
    },
  );

  test("a tools module is found from there", async () => {
    await using sandbox = await openSandbox();
    await writeFile(join(sandbox.project, "tools.mjs"), "export const cwd = 1;");
    const env = { INIT_CWD: sandbox.project, npm_lifecycle_event: "ktx" };
    const args = ["run", "Hi", "--model", "gpt-5.5", "--tools", "tools.mjs"];
    const { stderr } = await runKtx(sandbox, args, { env, shell: fromClone });
    expect(stderr).toContain("error: Expected tools.mjs to export tools, got the exports cwd");
  });

  test("a folder that is gone is reported", async () => {
    await using sandbox = await openSandbox();
    const env = { INIT_CWD: join(sandbox.project, "gone"), npm_lifecycle_event: "ktx" };
    const { exitCode, stderr } = await runKtx(sandbox, ["models"], { env, shell: fromClone });
    expect(stderr).toContain("error: The current folder cannot be used.\n");
    expect(exitCode).toBe(2);
  });
});

test.each([
  ["another project's script", { npm_lifecycle_event: "ask" }],
  ["a script of the same name elsewhere", { npm_lifecycle_event: "ktx" }],
])("%s works on its own folder, wherever it was called from", async (_, env) => {
  await using sandbox = await openSandbox();
  const { stdout } = await runKtx(sandbox, ["config", "show", "--json"], {
    env: { ...env, INIT_CWD: sandbox.home },
  });
  const directory = await realpath(sandbox.project);
  expect(JSON.parse(stdout)).toMatchObject({ project: { directory } });
});

describe("a home in which no folder can be made", () => {
  test.each([
    [["threads"]],
    [["run", "Hi", "-m", "gpt-5.5", "--endpoint", "http://127.0.0.1:9/v1", "--thread", "trip"]],
    [["run", "Hi", "-m", "gpt-5.5", "--endpoint", "http://127.0.0.1:9/v1"]],
    [["demo"]],
    [["login"]],
    [["logout"]],
    [["models"]],
  ])("is what %j reports, with the variable that names another one", async (args) => {
    await using sandbox = await openSandbox();
    const home = join(sandbox.home, "file");
    await writeFile(home, "");
    const { exitCode, stderr } = await runHere(sandbox, args, { env: { HOME: home } });
    const said = stderr.replaceAll(/\s+/g, " ");
    expect(said).toMatch(/ENOTDIR: not a directory/);
    expect(said).toContain("XDG_CACHE_HOME");
    expect(said).not.toMatch(/defect of ktx|Reinstall|reinstall Codex|no Codex|ktx status/);
    expect(exitCode).toBe(1);
  });
});
