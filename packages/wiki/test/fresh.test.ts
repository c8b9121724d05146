import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openIndexInMemory } from "../src/index-file.ts";
import { createPageLooks } from "../src/page-looks.ts";
import { openProject } from "./open-project.ts";

/** A wiki that has been open for a while: its clock stands where the next look is due, and the system is asked. */
async function openLongAgo() {
  let now = 0;
  const scene = await openProject(
    { "wiki/a.md": "Apple.", "wiki/sub/b.md": "Banana." },
    {
      freshMs: 1_000,
      now: () => now,
    },
  );
  const pass = (ms: number): void => {
    now += ms;
  };
  for (let look = 0; look < 2; look += 1) {
    await scene.wiki.search("apple");
    pass(2_000);
  }
  return { ...scene, pass };
}

test.each<readonly [string, (wiki: string) => Promise<void>]>([
  ["is changed in its place", (wiki) => appendFile(join(wiki, "a.md"), "Cherry.")],
  ["is changed below", (wiki) => appendFile(join(wiki, "sub/b.md"), "Cherry.")],
  ["is new", (wiki) => writeFile(join(wiki, "c.md"), "Cherry.")],
  [
    "is replaced",
    async (wiki) => {
      await writeFile(join(wiki, "..", "tmp"), "Cherry.");
      await rename(join(wiki, "..", "tmp"), join(wiki, "a.md"));
    },
  ],
  [
    "is in a new folder of a new folder",
    async (wiki) => {
      await mkdir(join(wiki, "x/y"), { recursive: true });
      await writeFile(join(wiki, "x/y/c.md"), "Cherry.");
    },
  ],
])("a page that %s by another program is found by the next search", async (_, change) => {
  await using scene = await openLongAgo();
  expect(await scene.wiki.search("cherry")).toEqual([]);
  scene.pass(2_000);
  await change(join(scene.project, "wiki"));
  expect(await scene.wiki.search("cherry")).toHaveLength(1);
});

test("a page that is removed, and one in a folder that is new since, are known", async () => {
  await using scene = await openLongAgo();
  const folder = join(scene.project, "wiki/later");
  await mkdir(folder);
  scene.pass(2_000);
  expect(await scene.wiki.list()).toHaveLength(2);
  await writeFile(join(folder, "c.md"), "Cherry.");
  await rm(join(scene.project, "wiki/a.md"));
  scene.pass(2_000);
  expect((await scene.wiki.list()).map(({ name }) => name)).toEqual(["later/c.md", "sub/b.md"]);
});

test("a wiki whose folder is made later, and made again, is seen", async () => {
  let now = 0;
  await using scene = await openProject({}, { freshMs: 1_000, now: () => now });
  const wiki = join(scene.project, "wiki");
  const search = async (words: string) => {
    now += 2_000;
    return (await scene.wiki.search(words)).map(({ name }) => name);
  };
  expect([await search("apple"), await search("apple")]).toEqual([[], []]);
  for (const name of ["a.md", "b.md", "c.md"]) {
    await mkdir(wiki);
    await writeFile(join(wiki, name), "Apple.");
    expect([await search("apple"), await search("apple")]).toEqual([[name], [name]]);
    await rm(wiki, { recursive: true });
    expect(await search("apple")).toEqual([]);
  }
});

test("a wiki in which nothing changes is not walked through again for a minute", async () => {
  let now = 0;
  let walks = 0;
  const found = { files: [], passedOver: [], folders: [""] };
  let isQuiet = true;
  using looks = createPageLooks({
    files: {
      walk: () => {
        walks += 1;
        return found;
      },
      watch: () => ({
        follow: () => false,
        isQuiet: () => isQuiet,
        forget: () => {},
        [Symbol.dispose]: () => {},
      }),
    },
    readPage: () => undefined,
    now: () => now,
    freshMs: 1_000,
  });
  using index = openIndexInMemory();
  const pass = async (ms: number): Promise<number> => {
    now += ms;
    if (await looks.isDue()) looks.update(index);
    return walks;
  };
  expect([await pass(0), await pass(999), await pass(1)]).toEqual([1, 1, 2]);
  expect([await pass(2_000), await pass(57_000)]).toEqual([2, 2]);
  expect(await pass(1_000)).toBe(3);
  isQuiet = false;
  expect([await pass(500), await pass(500)]).toEqual([3, 4]);
});
