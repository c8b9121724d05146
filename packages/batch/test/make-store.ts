import { join } from "node:path";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openSqliteStore } from "../src/index.ts";
import type { StoreUnderTest } from "../src/testing/index.ts";

/** An empty SQLite store in a folder of its own. */
export async function makeSqliteStore(
  now: () => number,
): Promise<StoreUnderTest & { readonly file: string }> {
  const folder = await makeTestFolder("batch");
  const file = join(folder.path, "store.sqlite");
  return {
    file,
    open: () => openSqliteStore({ file, now }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
