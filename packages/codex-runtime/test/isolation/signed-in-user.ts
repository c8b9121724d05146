import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { chatGptSignIn } from "./account.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

/** A user on a machine of their own, for as long as the test runs. */
export interface User {
  /** Everything of theirs, and the cache folder, is in here. */
  readonly root: string;
  readonly codexHome: string;
  readonly env: NodeJS.ProcessEnv;
}

export async function makeUser(
  signIn: { readonly expiresInSeconds: number } | undefined,
  config?: string,
): Promise<User> {
  const folder = await makeTestFolder("user");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const codexHome = join(folder.path, ".codex");
  await mkdir(codexHome);
  if (signIn !== undefined)
    await writeFile(
      join(codexHome, "auth.json"),
      chatGptSignIn({ refreshToken: "first", ...signIn }),
    );
  if (config !== undefined) await writeFile(join(codexHome, "config.toml"), config);
  return {
    root: folder.path,
    codexHome,
    env: {
      HOME: folder.path,
      CODEX_HOME: codexHome,
      XDG_CACHE_HOME: join(folder.path, "cache"),
      // No proxy is there: what is meant for the account's real host ends at once.
      HTTPS_PROXY: "http://127.0.0.1:9",
    },
  };
}

/** Our Codex home of the user, who has one. */
export async function onlyHomeOf({ root }: User): Promise<string> {
  const homes = join(root, "cache", "ktx", "homes");
  const names = await readdir(homes);
  expect(names).toHaveLength(1);
  return join(homes, names[0] ?? "");
}

const authFile = z.object({
  tokens: z.object({ access_token: z.string(), refresh_token: z.string() }),
});

/** What the user's own `auth.json` holds. */
export async function tokensOf({
  codexHome,
}: User): Promise<{ readonly access: string; readonly refresh: string }> {
  const text = await readFile(join(codexHome, "auth.json"), "utf8");
  const { tokens } = authFile.parse(JSON.parse(text));
  return { access: tokens.access_token, refresh: tokens.refresh_token };
}
