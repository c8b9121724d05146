import files, { mkdir, readFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { openSqliteStore } from "@ktx/batch";
import { afterAll, afterEach, expect, inject, test } from "vitest";
import { makeProject, type PlayedRuntime, playRuntime, type TestProject } from "./project.ts";

/** The disk: how many more writes it takes, how many it was asked for, and the end of the path that may not be read. */
const disk = { room: Number.POSITIVE_INFINITY, writes: 0, unreadable: "" };

function take(): void {
  disk.writes += 1;
  disk.room -= 1;
  if (disk.room < 0)
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
}

const real = { ...files };
Object.assign(files, {
  mkdir: async (...args: Parameters<typeof real.mkdir>) => {
    if (await real.stat(args[0]).catch(() => undefined)) return undefined;
    take();
    return await real.mkdir(...args);
  },
  readFile: async (...args: Parameters<typeof real.readFile>) => {
    const [path] = args;
    if (disk.unreadable !== "" && typeof path === "string" && path.endsWith(disk.unreadable))
      throw Object.assign(new Error("EACCES: permission denied, open"), { code: "EACCES" });
    return await real.readFile(...args);
  },
  writeFile: async (...args: Parameters<typeof real.writeFile>) => {
    take();
    await real.writeFile(...args);
  },
  rename: async (...args: Parameters<typeof real.rename>) => {
    take();
    await real.rename(...args);
  },
  open: async (...args: Parameters<typeof real.open>) => {
    const handle = await real.open(...args);
    if (args[1] !== "w") return handle;
    const write = handle.writeFile.bind(handle);
    handle.writeFile = async (data, ...more) => {
      try {
        take();
      } catch (error) {
        // A disk that fills up takes the first part.
        if (typeof data === "string") await write(data.slice(0, Math.floor(data.length / 2)));
        throw error;
      }
      await write(data, ...more);
    };
    return handle;
  },
});
syncBuiltinESMExports();

afterAll(() => {
  Object.assign(files, real);
  syncBuiltinESMExports();
});

afterEach(() => {
  disk.room = Number.POSITIVE_INFINITY;
  disk.unreadable = "";
});

const sources = {
  "sources/a.md": "A refund is paid within 30 days.\n\nAn order has one buyer.\n",
  "sources/b.md": "A refund is paid within 14 days.\n\nA parcel has a number.\n",
};
const later = {
  "sources/a.md": "A refund is paid within 30 days.\n",
  "sources/c.md": "A refund has one reason.\n",
};

interface Started {
  readonly project: TestProject;
  readonly before: Readonly<Record<string, string>>;
  readonly edited: string;
}

/** A project after a first ingest, with a page that a person edited, and sources that have changed since. */
async function start(): Promise<Started> {
  const project = await makeProject(sources);
  await project.ingest(playRuntime());
  const file = join(project.path, "wiki/parcel.md");
  const edited = (await readFile(file, "utf8")).replace("# Parcel", "# Parcels of ours");
  await project.write({
    "wiki/parcel.md": edited,
    ...later,
    "sources/d.md": "A parcel has a weight.\n",
  });
  return { project, before: await project.wiki(), edited };
}

async function finish(project: TestProject, runtime: PlayedRuntime): Promise<object> {
  await project.ingest(runtime);
  return await project.wiki();
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

test("a disk that is full at any write of the run: each page is old or new, and the next run ends as if nothing had been", async () => {
  await using undisturbed = (await start()).project;
  disk.writes = 0;
  const wanted = await finish(undisturbed, playRuntime());
  const writes = disk.writes;
  // The journal, its record, pages, proposals, the ledger and the run, each staged and renamed.
  expect(writes).toBeGreaterThan(12);
  let refused = 0;
  for (let room = 0; room < writes; room += 1) {
    const { project, before, edited } = await start();
    await using _ = project;
    const runtime = playRuntime();
    disk.room = room;
    const error = await project.ingest(runtime).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    disk.room = Number.POSITIVE_INFINITY;
    if (error !== undefined) refused += 1;
    expect(error === undefined || isFull(error)).toBe(true);
    for (const [name, text] of Object.entries(await project.wiki()))
      expect([before[name], wanted[name as keyof typeof wanted]]).toContain(text);
    expect(await project.read("wiki/parcel.md")).toBe(edited);
    // What was answered is kept: the second run asks for no unit that the first one had.
    const again = playRuntime();
    expect(await finish(project, again)).toEqual(wanted);
    expect(again.calls.filter((call) => runtime.calls.includes(call))).toEqual([]);
  }
  // Only what follows the last change of the wiki may fail in silence.
  expect(refused).toBeGreaterThan(writes - 3);
});

test("a store without room for a result ends the run with the fix, and no finished unit runs again", async () => {
  await using whole = await makeProject(sources);
  await whole.ingest(playRuntime());
  let refused = 0;
  const step = inject("longForm") === "full" ? 1 : 6;
  for (let pages = 12; pages < 60; pages += step) {
    await using project = await makeProject(sources);
    const file = join(project.path, "units.db");
    const first = playRuntime();
    const error = await (async () => {
      await using store = await openSqliteStore({ file, maxBytes: pages * 4_096 });
      await project.ingest(first, { store, signal: AbortSignal.timeout(100_000) });
    })().catch((thrown: unknown) => thrown);
    if (error === undefined) continue;
    refused += 1;
    expect(error).toMatchObject({ name: "StoreError", kind: "full" });
    expect(await project.wiki()).toEqual({});
    await using store = await openSqliteStore({ file });
    const done = new Set<string>();
    for await (const { key } of store.list({ states: ["done"] })) done.add(key);
    const second = playRuntime();
    await project.ingest(second, { store });
    expect(second.calls).toHaveLength(3 - done.size);
    expect(await project.wiki()).toEqual(await whole.wiki());
  }
  expect(refused).toBeGreaterThan(0);
});

test("an index of the wiki that cannot be written costs only its file", async () => {
  await using project = await makeProject({
    ...sources,
    "wiki/own.md": "# Own\n\nA refund of ours.\n",
  });
  // A folder in the place of the file, so that it can be neither written nor made again.
  await mkdir(join(project.path, ".ktx/wiki.db/x"), { recursive: true });
  expect(await project.ingest(playRuntime())).toMatchObject({ outcome: "applied" });
});

test("a page that ktx may not read is left alone, and the rest lands", async () => {
  await using project = await makeProject({ ...sources, "wiki/parcel.md": "mine\n" });
  disk.unreadable = "wiki/parcel.md";
  const report = await project.ingest(playRuntime());
  expect(report.pages).toMatchObject({
    created: ["order.md", "refund.md"],
    proposed: ["parcel.md"],
  });
  disk.unreadable = "";
  expect(await project.read("wiki/parcel.md")).toBe("mine\n");
});

test("a journal that cannot be read stops the next run, and no page changes", async () => {
  await using project = await makeProject(sources);
  await project.write({ ".ktx/ingest/journal.json": '{"id":"one"}' });
  disk.unreadable = "journal.json";
  await expect(project.ingest(playRuntime())).rejects.toMatchObject({ code: "EACCES" });
  disk.unreadable = "";
  await expect(project.ingest(playRuntime())).rejects.toThrow(/applies.one\.json.*remove it/s);
  await project.write({ ".ktx/ingest/journal.json": "{oops" });
  await expect(project.ingest(playRuntime())).rejects.toThrow(/journal\.json.*remove it/s);
  expect(await project.wiki()).toEqual({});
});
