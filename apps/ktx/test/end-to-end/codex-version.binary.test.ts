import { chmod, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findCodexBinary } from "@ktx/codex-binary";
import { answering, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { runHere } from "../run-here.ts";
import { openSandbox } from "../spawn-ktx.ts";

test.each([["--version"], ["-V"], ["run", "--version"]])(
  "%s names ktx, the Codex that it brings along, and Node",
  async (...args) => {
    await using sandbox = await openSandbox();
    expect(await runHere(sandbox, args)).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^ktx \d+\.\d+\.\d+\ncodex \d+\.\d+\.\d+\nnode \d+\.\d+\.\d+\n$/,
      ),
      stderr: "",
    });
  },
);

test("the version is that of the Codex that KTX_CODEX_PATH names, by its own word", async () => {
  await using sandbox = await openSandbox();
  const path = join(sandbox.root, "codex");
  await writeFile(path, "#!/bin/sh\necho codex-cli 9.8.7\n");
  await chmod(path, 0o755);
  const env = { KTX_CODEX_PATH: path };
  const { stdout } = await runHere(sandbox, ["--version"], { env });
  expect(stdout).toContain(`\ncodex 9.8.7 (${path})\n`);
  const status = await runHere(sandbox, ["status", "--no-probe", "--json"], { env });
  expect(JSON.parse(status.stdout).codex).toBe(null);
  await runHere(sandbox, ["setup", "--yes"], { env });
  const ready = await runHere(sandbox, ["status", "--no-probe", "--json"], { env });
  expect(JSON.parse(ready.stdout).codex).toEqual({ path, version: "9.8.7" });
});

test("a run starts the Codex that KTX_CODEX_PATH names", async () => {
  await using sandbox = await openSandbox();
  await using sim = await startCodexSim({ script: answering(() => "The answer.") });
  const path = join(sandbox.root, "codex");
  const args = ["run", "Hi", "--model", "some-model", "--endpoint", sim.baseUrl];
  const missing = await runHere(sandbox, args, { env: { KTX_CODEX_PATH: path } });
  expect(missing.stderr).toContain(path);
  expect(missing.exitCode).toBe(1);
  await symlink(findCodexBinary(), path);
  const { stdout } = await runHere(sandbox, args, { env: { KTX_CODEX_PATH: path } });
  expect(stdout).toBe("The answer.\n");
});
