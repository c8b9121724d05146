import { readFile, writeFile } from "node:fs/promises";
import { readLeanCatalog } from "@ktx/codex-home";
import { expect, onTestFinished, test } from "vitest";
import { findCodexBinary } from "@ktx/codex-binary";
import { makeTestFolder } from "../../../../test/test-folder.ts";

test("a catalog is made once for a binary and a model, and found again", async () => {
  const folder = await makeFolderOfTest();
  const input = {
    codexPath: findCodexBinary(),
    catalogFolder: folder,
    workFolder: await makeFolderOfTest(),
    models: ["gpt-5.5"],
    env: { HOME: folder, CODEX_HOME: folder },
  };
  const path = await readLeanCatalog(input);
  const kept = '{"models":[{"slug":"gpt-5.5"}]}';
  await writeFile(path ?? "", kept);
  expect(await readLeanCatalog(input)).toBe(path);
  expect(await readFile(path ?? "", "utf8")).toBe(kept);
  expect(await readLeanCatalog({ ...input, models: ["gpt-6.1-sol"] })).not.toBe(path);
});

async function makeFolderOfTest(): Promise<string> {
  const folder = await makeTestFolder("cache");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}
