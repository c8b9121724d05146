import { mkdir, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { cacheFolder, signInHome } from "../src/cache-folder.ts";
import { readLeanCatalog } from "../src/read-lean-catalog.ts";
import { isScript } from "../src/is-script.ts";
import { makeFolder } from "../src/make-folder.ts";
import { removeLeastUsed } from "../src/remove-least-used.ts";
import { writeLoopbackBundle } from "../src/write-loopback-bundle.ts";
import { makeTestFolder } from "../../../test/test-folder.ts";

test.each([
  ["linux", { HOME: "/home/me" }, "/home/me/.cache/ktx"],
  ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "/cache" }, "/cache/ktx"],
  ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "cache" }, "/home/me/.cache/ktx"],
  ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "" }, "/home/me/.cache/ktx"],
  ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "./a" }, "/home/me/.cache/ktx"],
  ["linux", { HOME: "me" }, join(process.cwd(), "me/.cache/ktx")],
  ["linux", { HOME: "" }, join(userInfo().homedir, ".cache/ktx")],
  ["linux", {}, join(userInfo().homedir, ".cache/ktx")],
  ["darwin", { HOME: "/Users/me" }, "/Users/me/Library/Caches/ktx"],
] as const)("on %s with %o the cache is %s", (platform, env, expected) => {
  expect(cacheFolder(env, platform)).toBe(expected);
});

test.each([
  [{ HOME: "/home/me" }, "/home/me/.codex"],
  [{ HOME: "/home/me", CODEX_HOME: "/codex" }, "/codex"],
  [{ HOME: "/home/me", CODEX_HOME: "codex" }, join(process.cwd(), "codex")],
  [{ HOME: "/home/me", CODEX_HOME: "" }, "/home/me/.codex"],
  [{ HOME: "me" }, join(process.cwd(), "me/.codex")],
  [{ HOME: "" }, join(userInfo().homedir, ".codex")],
])("with %o the sign-in is in %s", (env, expected) => {
  expect(signInHome(env, "linux")).toBe(expected);
});

test("the least used entries go, but none that was used of late", async () => {
  const folder = await makeFolderOfTest();
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

test.each([process.execPath, "/nowhere/codex"])(
  "a binary that prints no catalog runs without one: %s",
  async (codexPath) => {
    const catalogFolder = await makeFolderOfTest();
    const workFolder = await makeFolderOfTest();
    const input = { codexPath, catalogFolder, workFolder, models: ["gpt-5.5"], env: {} };
    expect(await readLeanCatalog(input)).toBeUndefined();
    expect(await readdir(catalogFolder)).toEqual([]);
  },
);

test("the bundle for loopback is one certificate of an authority", async () => {
  const path = await writeLoopbackBundle(await makeFolderOfTest());
  const text = await readFile(path ?? "", "utf8");
  expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  expect(new X509Certificate(text).ca).toBe(true);
});

async function makeFolderOfTest(): Promise<string> {
  const folder = await makeTestFolder("cache");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder.path;
}

test("folders are made with their parents, and the first new one is returned", async () => {
  const root = await makeFolderOfTest();
  expect(await makeFolder(join(root, "a", "b", "c"))).toBe(join(root, "a"));
  expect(await makeFolder(join(root, "a", "b", "c"))).toBeUndefined();
  expect(await makeFolder(join(root, "a", "b", "d"))).toBe(join(root, "a", "b", "d"));
});

test("the first line of a file distinguishes a script from a binary", async () => {
  const script = join(await makeFolderOfTest(), "codex");
  await writeFile(script, "#!/bin/sh\n");
  expect(await isScript(script)).toBe(true);
  expect(await isScript(process.execPath)).toBe(false);
  expect(await isScript("/nowhere")).toBe(false);
});
