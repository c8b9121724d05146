import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runCli } from "../../src/cli.ts";
import { noteOwnStore } from "../../src/ingest/note-own-store.ts";
import { readProject } from "../../src/project/read-project.ts";
import { findStorePlace, type StorePlace } from "../../src/store/find-store-place.ts";
import { captureIo } from "../capture-io.ts";

const url = "postgres://anna:a-password@db.example.org:5432/work";

async function placeOf(
  store: string | undefined,
  given: { readonly files?: readonly string[]; readonly yaml?: string } = {},
): Promise<StorePlace | undefined> {
  await using folder = await makeTestFolder("store");
  const cwd = folder.path;
  for (const file of given.files ?? []) await writeFile(join(cwd, file), "");
  await writeFile(join(cwd, "ktx.yaml"), given.yaml ?? "");
  const io = captureIo({ cwd, env: { HOME: cwd, DATABASE_URL: url, EMPTY: "", OTHER: "x://y" } });
  const place = await findStorePlace({ store, project: await readProject(undefined, io) }, io);
  return place?.kind === "file" ? { ...place, file: place.file.replace(`${cwd}/`, "") } : place;
}

test("a store is a variable with a URL, a URL without a password, or a file", async () => {
  const named = { kind: "database", url, name: "DATABASE_URL" };
  expect(await placeOf(undefined)).toBeUndefined();
  expect(await placeOf("DATABASE_URL")).toEqual(named);
  expect(await placeOf(undefined, { yaml: "batch: { store: DATABASE_URL }\n" })).toEqual(named);
  expect(await placeOf("postgres://anna@db/work")).toMatchObject({ kind: "database" });
  expect(await placeOf("work.sqlite")).toEqual({ kind: "file", file: "work.sqlite" });
  expect(await placeOf("DATABASE_URL", { files: ["DATABASE_URL"] })).toMatchObject({
    kind: "file",
  });
});

test.each([
  ["postgres://anna:a-password@db/work", "has a password, which the list of processes shows"],
  ["postgres://db/work?password=a-password", "has a password, which the list of processes shows"],
  ["mysql://anna:a-password@db/work", "Expected --store to be a file, a Postgres URL"],
  ["MISSING", "MISSING, which --store names, is not set."],
  ["EMPTY", "EMPTY, which --store names, is not set."],
  ["OTHER", "Expected OTHER to hold the URL of a Postgres database"],
])("--store %s is refused, and no password is repeated", async (store, message) => {
  const error: unknown = await placeOf(store).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: expect.stringContaining(message) });
  expect(error).toMatchObject({ parts: { exitCode: 2, next: expect.stringMatching(/\w/) } });
  expect(JSON.stringify(error)).not.toContain("a-password");
});

test("remember and scan say that they leave the store of ktx.yaml to the others", async () => {
  await using folder = await makeTestFolder("store");
  const io = captureIo({ cwd: folder.path, env: { HOME: folder.path } });
  const notes: string[] = [];
  for (const yaml of ["", "batch: { store: DATABASE_URL }\n"]) {
    await writeFile(join(folder.path, "ktx.yaml"), yaml);
    noteOwnStore(await readProject(undefined, io), "remember", (note) => notes.push(note));
  }
  expect(notes).toEqual([
    "ktx remember asks the model here: batch.store (DATABASE_URL) is for ktx ingest and ktx batch.",
  ]);
});

test.each([
  [["worker"], 2, "Expected a store whose units to run, got none."],
  [["worker", "--store", "units.sqlite"], 2, "ktx worker needs"],
  [["worker", "--groups", "a,,b"], 2, "Expected names between commas"],
  [["batch", "prune"], 2, "Expected a database to clean up."],
  [["ingest", ".", "--groups", "a"], 2, "Expected --groups together with a store"],
  [
    ["ingest", ".", "--store", "u.sqlite", "--token-budget", "9"],
    2,
    "Expected no --token-budget together with a shared store.",
  ],
])("ktx %j ends with %i and its sentence", async (args, code, sentence) => {
  await using folder = await makeTestFolder("store");
  const io = captureIo({ cwd: folder.path, env: { HOME: folder.path } });
  expect(await runCli(args, io)).toBe(code);
  expect(io.written.stderr.replaceAll(/\s+/g, " ")).toContain(sentence);
});
