import { mkdir, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { cacheFolder, signInHome } from "../../src/isolation/cache-folder.ts";
import { readLeanCatalog } from "../../src/isolation/read-lean-catalog.ts";
import { removeLeastUsed } from "../../src/isolation/remove-least-used.ts";
import { writeLoopbackBundle } from "../../src/isolation/write-loopback-bundle.ts";
import { findCodexBinary } from "../../src/process/codex-binary.ts";
import { makeTestFolder } from "./test-folder.ts";

test.each([
  ["linux", { HOME: "/home/me" }, "/home/me/.cache/ktx"],
  ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "/cache" }, "/cache/ktx"],
  ["darwin", { HOME: "/Users/me" }, "/Users/me/Library/Caches/ktx"],
] as const)("on %s with %o the cache is %s", (platform, env, expected) => {
  expect(cacheFolder(env, platform)).toBe(expected);
});

test("the sign-in is in the user's Codex home, wherever that is", () => {
  expect(signInHome({ HOME: "/home/me" }, "linux")).toBe("/home/me/.codex");
  expect(signInHome({ HOME: "/home/me", CODEX_HOME: "/codex" }, "linux")).toBe("/codex");
});

test("the least used entries go, but none that was used of late", async () => {
  const folder = await makeFolder();
  const now = new Date("2026-11-22T12:00:00Z");
  for (const [name, hoursAgo] of [
    ["newest", 0],
    ["second", 2],
    ["third", 3],
    ["fourth", 0.5],
    ["oldest", 48],
  ] as const) {
    const path = join(folder, name);
    await mkdir(path);
    await writeFile(join(path, "content"), "");
    const usedAt = new Date(now.getTime() - hoursAgo * 3_600_000);
    await utimes(path, usedAt, usedAt);
  }
  await removeLeastUsed(folder, { keep: 1, unusedForMs: 3_600_000, now });
  expect((await readdir(folder)).toSorted()).toEqual(["fourth", "newest"]);
});

test("a catalog is made once for a binary and a model, and found again", async () => {
  const folder = await makeFolder();
  const input = {
    codexPath: findCodexBinary(),
    catalogFolder: folder,
    workFolder: await makeFolder(),
    model: "gpt-5.5",
    env: { HOME: folder, CODEX_HOME: folder },
  };
  const path = await readLeanCatalog(input);
  await writeFile(path ?? "", "kept as it is");
  expect(await readLeanCatalog(input)).toBe(path);
  expect(await readFile(path ?? "", "utf8")).toBe("kept as it is");
  expect(await readLeanCatalog({ ...input, model: "gpt-6.1-sol" })).not.toBe(path);
});

test.each([process.execPath, "/nowhere/codex"])(
  "a binary that prints no catalog runs without one: %s",
  async (codexPath) => {
    const catalogFolder = await makeFolder();
    const workFolder = await makeFolder();
    const input = { codexPath, catalogFolder, workFolder, model: "gpt-5.5", env: {} };
    expect(await readLeanCatalog(input)).toBeUndefined();
    expect(await readdir(catalogFolder)).toEqual([]);
  },
);

test("the bundle for loopback is one certificate of an authority", async () => {
  const path = await writeLoopbackBundle(await makeFolder());
  const text = await readFile(path ?? "", "utf8");
  expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  expect(new X509Certificate(text).ca).toBe(true);
});

async function makeFolder(): Promise<string> {
  const folder = await makeTestFolder("cache");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}
