import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseThreadName } from "../../src/threads/parse-thread-name.ts";
import {
  addThreadName,
  forgetThreads,
  listThreadNames,
  type NamePlace,
  namePlaceOf,
  namesRoot,
  openNamePlace,
  readThreadName,
  removeThreadName,
} from "../../src/threads/thread-names.ts";

let home: string;
const named = { name: "trip", id: "id-1", system: "" };

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "ktx-names-"));
});
afterEach(() => rm(home, { recursive: true }));

function placeOf(project: string, baseUrl?: string, env: Record<string, string> = {}): NamePlace {
  return namePlaceOf(project, {
    env: { HOME: home, ...env },
    ...(baseUrl !== undefined && { endpoint: { baseUrl } }),
  });
}

async function openPlace(project = "/project"): Promise<NamePlace> {
  const place = placeOf(project);
  await openNamePlace(place);
  return place;
}

describe("a name of a thread", () => {
  test("is read as it was added, from a file that only its user can read", async () => {
    const place = await openPlace();
    expect(await readThreadName(place, "trip")).toBeUndefined();
    expect(await addThreadName(place, named)).toBe(true);
    expect(await readThreadName(place, "trip")).toEqual({ ...named, project: "/project" });
    const [file = ""] = await readdir(place.folder);
    expect(file).not.toContain("trip");
    expect((await stat(join(place.folder, file))).mode & 0o777).toBe(0o600);
    expect((await stat(place.folder)).mode & 0o777).toBe(0o700);
  });

  test("goes to one of many that add it at once, and the file is that one's", async () => {
    const place = await openPlace();
    const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
    const added = await Promise.all(ids.map((id) => addThreadName(place, { ...named, id })));
    expect(added.filter(Boolean)).toHaveLength(1);
    const id = ids[added.indexOf(true)];
    expect(await readThreadName(place, "trip")).toMatchObject({ id });
  });

  test("is another one in another project, service or sign-in", () => {
    const folders = [
      placeOf("/a"),
      placeOf("/b"),
      placeOf("/a", "http://127.0.0.1:1/v1"),
      placeOf("/a", undefined, { CODEX_HOME: "/elsewhere" }),
      placeOf("/a", undefined, { CODEX_API_KEY: "key" }),
    ].map(({ folder }) => folder);
    expect(new Set(folders).size).toBe(folders.length);
  });

  test("can be anything, such as a path, without leaving its folder", async () => {
    const place = await openPlace();
    for (const name of ["../../x", "a/b", "CON", "ü".normalize("NFD"), "."])
      expect(await addThreadName(place, { ...named, name })).toBe(true);
    expect(await readdir(place.folder)).toHaveLength(5);
  });

  test.each(["", "{", "[]", '{"name":"trip"}'])(
    "whose file holds %j is damaged, and can be removed",
    async (text) => {
      const place = await openPlace();
      await addThreadName(place, named);
      const [file = ""] = await readdir(place.folder);
      await writeFile(join(place.folder, file), text);
      expect(await readThreadName(place, "trip")).toBe("damaged");
      expect(await listThreadNames(place.root)).toEqual([]);
      await removeThreadName(place, "trip");
      expect(await readThreadName(place, "trip")).toBeUndefined();
    },
  );

  test("is forgotten with its thread, in every project", async () => {
    const [one, other] = [await openPlace("/one"), await openPlace("/other")];
    await addThreadName(one, named);
    await addThreadName(other, { ...named, name: "journey" });
    await addThreadName(one, { ...named, name: "stays", id: "id-2" });
    await forgetThreads(one.root, ["id-1"]);
    expect((await listThreadNames(one.root)).map(({ name }) => name)).toEqual(["stays"]);
  });
});

test("without a folder of names there are none", async () => {
  expect(await listThreadNames(namesRoot({ HOME: home }))).toEqual([]);
  await forgetThreads(namesRoot({ HOME: home }), ["id-1"]);
});

test.each(["trip", "Plan: Rome & back", "会話", "a/b", "x".repeat(100)])("%j is a name", (name) => {
  expect(parseThreadName(name)).toBe(name);
});

test.each([
  "",
  " ",
  " trip",
  "a\nb",
  "a\u001b[1m",
  "a\u202eb",
  "x".repeat(101),
  "01a224b5-1a34-7201-929e-cdab6962b073",
])("%j is no name", (name) => {
  expect(() => parseThreadName(name)).toThrow("Expected a name of 1 to 100 characters");
});
