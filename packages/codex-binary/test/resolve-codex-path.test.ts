import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findPackagedBinary } from "../src/find-codex-binary.ts";
import { resolveCodexPath } from "../src/resolve-codex-path.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";

const sdk = createRequire(import.meta.resolve("@openai/codex-sdk"));
const manifest = sdk.resolve("@openai/codex/package.json");
const native = findPackagedBinary(() => manifest);

test("the npm wrapper, under whatever name, becomes the binary that it would start", async () => {
  const folder = await makeFolder();
  await symlink(join(dirname(manifest), "bin", "codex.js"), join(folder, "codex"));
  expect(resolveCodexPath(join(folder, "codex"), {}, process.platform)).toBe(native);
  expect(resolveCodexPath("codex", { PATH: `/nowhere:${folder}` }, process.platform)).toBe(native);
});

test("any other program stays what it is", async () => {
  const shim = join(await makeFolder(), "codex");
  await writeFile(shim, "#!/bin/sh\nexec codex-of-mine\n");
  expect(resolveCodexPath(shim, {}, process.platform)).toBe(shim);
  expect(resolveCodexPath(native, {}, process.platform)).toBe(native);
});

test("what is not there is given back as it is", () => {
  expect(resolveCodexPath("codex", { PATH: "/nowhere" }, process.platform)).toBe("codex");
  expect(resolveCodexPath("/nowhere/codex", {}, process.platform)).toBe("/nowhere/codex");
});

async function makeFolder(): Promise<string> {
  const folder = await makeTestFolder("path");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await mkdir(folder.path, { recursive: true });
  return folder.path;
}
