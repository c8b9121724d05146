import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A user's home with a Codex home in it. */
export interface TestHome extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
}

/** @param auth the content of the sign-in file; none when undefined. */
export async function openTestHome(auth?: string): Promise<TestHome> {
  const home = await mkdtemp(join(tmpdir(), "ktx-inspect-"));
  await mkdir(join(home, ".codex"));
  if (auth !== undefined) await writeFile(join(home, ".codex", "auth.json"), auth);
  return {
    env: { HOME: home, PATH: process.env["PATH"] },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
