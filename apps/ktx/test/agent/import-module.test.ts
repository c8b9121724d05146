import { join } from "node:path";
import { expect, test } from "vitest";
import { importModule } from "../../src/agent/import-module.ts";

const fixtures = join(import.meta.dirname, "../fixtures/schemas");
const what = "schema module";

test("a time limit that no timer can keep lets the module load", async () => {
  const { signal } = new AbortController();
  const file = join(fixtures, "city.ts");
  const module = await importModule({ file, what, timeoutMs: 2 ** 40, signal });
  expect(Object.keys(module)).toEqual(["schema"]);
});

test("a run that was interrupted before imports nothing", async () => {
  const reason = new Error("Interrupted.");
  const signal = AbortSignal.abort(reason);
  const work = importModule({ file: join(fixtures, "never-loads.ts"), what, signal });
  await expect(work).rejects.toBe(reason);
});
