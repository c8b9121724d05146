import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runCli } from "../../src/cli.ts";
import { runSharedIngest } from "../../src/ingest/run-ingest.ts";
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
  const io = captureIo({
    cwd,
    env: { HOME: cwd, DATABASE_URL: url, db_url: url, EMPTY: "", OTHER: "x://y" },
  });
  const place = await findStorePlace({ store, project: await readProject(undefined, io) }, io);
  return place?.kind === "file" ? { ...place, file: place.file.replace(`${cwd}/`, "") } : place;
}

test("a store is a variable with a URL, a URL without a password, or a file", async () => {
  const named = { kind: "database", url, name: "DATABASE_URL" };
  expect(await placeOf(undefined)).toBeUndefined();
  expect(await placeOf("DATABASE_URL")).toEqual(named);
  expect(await placeOf(undefined, { yaml: "batch: { store: DATABASE_URL }\n" })).toEqual(named);
  expect(await placeOf("postgres://anna@db/work")).toMatchObject({ kind: "database" });
  expect(await placeOf("db_url")).toEqual({ ...named, name: "db_url" });
  expect(await placeOf("local", { yaml: "batch: { store: DATABASE_URL }\n" })).toBeUndefined();
  expect(await placeOf("work.sqlite")).toEqual({ kind: "file", file: "work.sqlite" });
  expect(await placeOf("./units")).toEqual({ kind: "file", file: "units" });
  expect(await placeOf("units", { files: ["units"] })).toEqual({ kind: "file", file: "units" });
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
  ["mising", "mising, which --store names, is not set."],
  ["a-password", "Expected --store to be a file, a Postgres URL, or the name of a variable"],
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

test("a broken ktx.yaml is an error of each command that looks for its store, and an unset variable is named without a file", async () => {
  await using folder = await makeTestFolder("store");
  const io = captureIo({ cwd: folder.path, env: { HOME: folder.path } });
  const commands = [["batch", "status"], ["batch", "prune"], ["worker"], ["ingest", "."]];
  for (const [yaml, sentence] of [
    ["batch: { store: DATABASE_URL\n", "ktx.yaml cannot be used."],
    ["batch: { store: [DATABASE_URL] }\n", "ktx.yaml cannot be used."],
    ["batch: { store: MISSING }\n", "MISSING, which batch.store in ktx.yaml names, is not set."],
  ] as const) {
    await writeFile(join(folder.path, "ktx.yaml"), yaml);
    for (const command of commands) {
      const { written } = io;
      const before = written.stderr.length;
      expect([command, await runCli(command, io)]).toEqual([command, 2]);
      const said = written.stderr.slice(before).replaceAll(/\s+/g, " ");
      expect(said).toContain(sentence);
      expect(said).not.toContain("A file of this name");
      expect(said).not.toContain("[redacted]");
    }
  }
});

test("an ingest for workers says that --concurrency is theirs", async () => {
  const warnings: string[] = [];
  await using folder = await makeTestFolder("store");
  const io = captureIo({ cwd: folder.path, env: { HOME: folder.path } });
  await writeFile(join(folder.path, "units.sqlite"), "no database");
  const ingest = (flags: object) =>
    runSharedIngest(
      {
        paths: ["."],
        concurrency: 9,
        steps: 30,
        applyPartial: false,
        onlyFailed: false,
        gone: false,
        commit: false,
        wait: 0,
        store: "units.sqlite",
        onEvent: () => {},
        onWarning: (warning) => warnings.push(warning),
        onWorkersNeeded: () => {},
        ...flags,
      },
      io,
    ).catch((error: unknown) => error);
  await ingest({});
  expect(warnings).toEqual([]);
  await ingest({ isConcurrencyGiven: true });
  expect(warnings).toEqual([expect.stringContaining("ktx worker --concurrency 8")]);
});

test.each([
  [["worker"], 2, "Expected a store whose units to run, got none."],
  [["worker", "--store", "units.sqlite"], 2, "ktx worker needs"],
  [["worker", "--groups", "a,,b"], 2, "Expected names between commas"],
  [["batch", "prune"], 2, "Expected a database to clean up."],
  [["batch", "status", "--store", "mistyped.sqlite"], 2, "There is no store"],
  [["batch", "status", "--store", "mistyped"], 2, "A file of this name is written ./mistyped."],
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
