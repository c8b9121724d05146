import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { dataFolder } from "../src/data-folder.ts";
import {
  forgetDeletedThreads,
  isolatedFolders,
  openIsolatedHome,
} from "../src/open-isolated-home.ts";

test.each([
  [{ HOME: "/u" }, "linux", "/u/.local/share/ktx"],
  [{ HOME: "/u", XDG_DATA_HOME: "/d" }, "linux", "/d/ktx"],
  [{ HOME: "/u", XDG_DATA_HOME: "d" }, "linux", "/u/.local/share/ktx"],
  [{ HOME: "/u" }, "darwin", "/u/Library/Application Support/ktx"],
] as const)("kept files of %j on %s are in %s", (env, platform, folder) => {
  expect(dataFolder(env, platform)).toBe(folder);
});

test("a home that keeps threads is in the data folder, and no cleaning of the cache reaches it", () => {
  const home = "/u";
  const input = { env: { HOME: home }, platform: "linux", usesAccount: false } as const;
  const kept = isolatedFolders({ ...input, keepsThreads: true });
  expect(dirname(kept.codexHome)).toBe(join(home, ".local/share/ktx/homes"));
  expect(isolatedFolders(input).codexHome).toBe(join(home, ".cache/ktx/homes/no-account"));
});

test("threads on disk belong to one service, and to one sign-in of it", () => {
  const homeOf = (usesAccount: boolean, service?: string, keepsThreads = true): string =>
    isolatedFolders({
      env: { HOME: "/u" },
      platform: "linux",
      usesAccount,
      keepsThreads,
      service,
    }).codexHome;
  const kept = [
    homeOf(false),
    homeOf(false, "http://127.0.0.1:1/v1"),
    homeOf(false, "http://127.0.0.1:2/v1"),
    homeOf(true),
    homeOf(true, "http://127.0.0.1:1/v1"),
  ];
  expect(new Set(kept).size).toBe(kept.length);
  expect(homeOf(false, "http://127.0.0.1:1/v1")).toBe(kept[1]);
  // Threads in memory leave nothing that another service could get.
  expect(homeOf(false, "http://127.0.0.1:1/v1", false)).toBe(homeOf(false, undefined, false));
});

test("deleted threads are forgotten with the databases that no process holds", async () => {
  await using home = await makeTestFolder("kept-threads");
  const input = {
    env: { HOME: home.path },
    platform: "linux",
    usesAccount: false,
    keepsThreads: true,
  } as const;
  const first = await openIsolatedHome(input);
  const second = await openIsolatedHome(input);
  await writeFile(join(first.stateFolder, "state.sqlite"), "a prompt");
  await mkdir(join(first.codexHome, "sessions"));
  await first[Symbol.asyncDispose]();
  const states = join(first.codexHome, "state");
  expect(await readdir(states)).toHaveLength(2);
  await writeFile(join(second.stateFolder, "state.sqlite"), "the same prompt");
  await forgetDeletedThreads(first.codexHome);
  expect(await readdir(states)).toEqual([basename(second.stateFolder)]);
  await second[Symbol.asyncDispose]();
  const [freed = ""] = await readdir(states);
  expect(freed).toMatch(/^free-/);
  expect(await readdir(join(states, freed))).toEqual([]);
  expect(await readdir(first.codexHome)).toContain("sessions");
});

test("the threads of an account are reached without its sign-in, which a turn needs", async () => {
  await using home = await makeTestFolder("kept-threads");
  const input = { env: { HOME: home.path }, platform: "linux", usesAccount: true } as const;
  const turns = { ...input, keepsThreads: true };
  await expect(openIsolatedHome(turns)).rejects.toMatchObject({ code: "not-signed-in" });
  await using idle = await openIsolatedHome({ ...input, keepsThreads: "idle" });
  expect(idle.codexHome).toBe(isolatedFolders(turns).codexHome);
});
