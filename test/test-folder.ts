import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

/** A folder of one test, removed with it. */
export interface TestFolder extends AsyncDisposable {
  readonly path: string;
}

/** Not under the system's temporary folder: Codex warns about a home that lies there. */
const root = join(import.meta.dirname, "../node_modules/.cache/ktx-tests");

export async function makeTestFolder(name: string): Promise<TestFolder> {
  await mkdir(root, { recursive: true });
  const path = await mkdtemp(join(root, `${name}-`));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
