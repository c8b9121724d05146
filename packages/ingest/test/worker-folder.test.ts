import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { openWorkerFolder } from "../src/workers/worker-folder.ts";

/** A process that cannot be: above the highest number that a system gives. */
const ended = 99_999_999;
const dayMs = 86_400_000;

test("a folder of a worker that ended hard a day ago goes when another one starts; others stay", async () => {
  await using root = await makeTestFolder("workers");
  const old = new Date(Date.now() - 2 * dayMs);
  const names = [
    `ktx-worker-${ended}-gone`,
    `ktx-worker-${process.pid}-lives`,
    `ktx-worker-other`,
    "else",
  ];
  for (const name of names) {
    await mkdir(join(root.path, name, "wiki"), { recursive: true });
    await writeFile(join(root.path, name, "wiki/a.md"), "A");
    await utimes(join(root.path, name), old, old);
  }
  await mkdir(join(root.path, `ktx-worker-${ended}-today`));
  const own = await openWorkerFolder({ root: root.path });
  const left = [...names.slice(1), `ktx-worker-${ended}-today`];
  expect((await readdir(root.path)).filter((name) => !own.path.endsWith(name)).toSorted()).toEqual(
    left.toSorted(),
  );
  await own[Symbol.asyncDispose]();
  expect((await readdir(root.path)).toSorted()).toEqual(left.toSorted());
});
