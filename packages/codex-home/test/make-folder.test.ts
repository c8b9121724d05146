import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder } from "../src/make-folder.ts";

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ktx-make-folder-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("a folder is made with those that lead to it, for this user alone", async () => {
  const root = await openFolder();
  const path = join(root, "a", "b", "c");
  expect(await makeFolder(path)).toBe(join(root, "a"));
  for (const made of [path, join(root, "a")]) expect((await stat(made)).mode & 0o777).toBe(0o700);
  expect(await makeFolder(path)).toBeUndefined();
  expect(await makeFolder(join(path, "d"))).toBe(join(path, "d"));
});

test("calls at once agree on a folder", async () => {
  const path = join(await openFolder(), "a", "b", "c", "d");
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
  expect((await stat(path)).isDirectory()).toBe(true);
});

test("a link to a folder is a folder", async () => {
  const root = await openFolder();
  await makeFolder(join(root, "real"));
  await symlink(join(root, "real"), join(root, "link"));
  expect(await makeFolder(join(root, "link"))).toBeUndefined();
  expect(await makeFolder(join(root, "link", "a"))).toBe(join(root, "link", "a"));
});

test("a file in the way is an error", async () => {
  const root = await openFolder();
  await writeFile(join(root, "file"), "");
  await expect(makeFolder(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolder(join(root, "file", "a", "b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  await symlink(join(root, "nowhere"), join(root, "dangling"));
  await expect(makeFolder(join(root, "dangling"))).rejects.toMatchObject({ code: "EEXIST" });
});

test.runIf(process.platform === "linux")(
  "a file system that takes no folders is an error at once, which names the first of them",
  async () => {
    await expect(makeFolder("/proc/ktx/a/b")).rejects.toMatchObject({
      code: "ENOENT",
      path: "/proc/ktx",
    });
  },
);
