import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { leaveRoom, makeRoom } from "../../../test/leave-room.ts";
import { openSqliteStore, StoreError } from "../src/index.ts";
import { type Fill, fillStore, resultsOf } from "./fill-store.ts";

/**
 * Fills stores on the disk of the first argument with so many pages free, each number below 20, then in steps of the
 * second argument. Prints what each of them kept.
 */
const [folder = "", step = "1"] = process.argv.slice(2);
for (let pages = 0, isRoomy = false; !isRoomy; pages += pages < 20 ? 1 : Number(step)) {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  const file = join(folder, "store.sqlite");
  leaveRoom(folder, pages);
  const filled = await fill(file, "one", 0);
  makeRoom(folder);
  const kept = await keptIn(file);
  const second = await fill(file, "two", 10_000);
  const after = await keptIn(file);
  const round = { pages, ...plain(filled), kept, after, secondError: plain(second).error };
  console.log(JSON.stringify(round));
  isRoomy = filled.error === undefined;
}

async function fill(path: string, worker: string, nowMs: number): Promise<Fill> {
  try {
    await using store = await openSqliteStore({ file: path, now: () => nowMs });
    return await fillStore(store, worker);
  } catch (error) {
    return { confirmed: [], error };
  }
}

async function keptIn(path: string): Promise<readonly string[]> {
  await using store = await openSqliteStore({ file: path, now: () => 10_000 });
  return await resultsOf(store);
}

function plain({ confirmed, error }: Fill): { confirmed: readonly string[]; error: unknown } {
  if (error === undefined) return { confirmed, error: null };
  const kind = error instanceof StoreError ? error.kind : undefined;
  const { name, message } = error instanceof Error ? error : new Error("no error");
  return { confirmed, error: { name, kind, message } };
}
