import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPostgresStore } from "@ktx/queue-postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  startPostgres,
  type TestPostgres,
} from "../../../../packages/queue-postgres/test/start-postgres.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { runCli } from "../../src/cli.ts";
import { captureIo } from "../capture-io.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** All that the schema of the store has, by table. */
async function readTables(): Promise<Readonly<Record<string, unknown>>> {
  const tables = await postgres.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'ktx_batch' AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  const found: Record<string, unknown> = {};
  for (const { name } of tables)
    found[String(name)] = await postgres.query(
      `SELECT t::text AS row FROM ktx_batch.${String(name)} t ORDER BY 1`,
    );
  return found;
}

const model = ["-m", "gpt-5.5", "--endpoint", "http://127.0.0.1:9/v1"];
const commands: readonly (readonly string[])[] = [
  ["worker", ...model],
  ["ingest", "docs", ...model],
  ["batch", "prompts.jsonl", ...model],
  ["batch", "status"],
  ["batch", "prune"],
];

test.each([
  [2, "has format 2, and this version of ktx knows formats up to 1: update ktx, or use another"],
  [0, "has format 0, and this version of ktx needs format 1. Restore a copy, or use another"],
])(
  "a store of format %i is refused by each command with a sentence, and nothing is written",
  async (version, sentence) => {
    await using folder = await makeTestFolder("format");
    await mkdir(join(folder.path, "docs"));
    await writeFile(join(folder.path, "docs/a.md"), "A refund is paid within 30 days.\n");
    await writeFile(join(folder.path, "prompts.jsonl"), '"Name a river."\n');
    await using store = await openPostgresStore({ url: postgres.url() });
    await store.add([{ key: "a", payload: { prompt: "Name a lake." } }], { id: "night" });
    await postgres.query(`UPDATE ktx_batch.format SET version = ${version}`);
    const before = await readTables();
    for (const command of commands) {
      const env = { HOME: folder.path, TEAM_DB: postgres.url() };
      const io = captureIo({ cwd: folder.path, env });
      const exitCode = await runCli([...command, "--store", "TEAM_DB"], io);
      const shown = io.written.stderr.replaceAll(/\s+/g, " ");
      expect([command, exitCode, shown]).toEqual([command, 1, expect.stringContaining(sentence)]);
      expect(io.written.stdout).toBe("");
    }
    expect(await readTables()).toEqual(before);
    expect(before).toMatchObject({ units: [expect.anything()], format: [{ row: `(${version})` }] });
    await postgres.query("UPDATE ktx_batch.format SET version = 1");
  },
);
