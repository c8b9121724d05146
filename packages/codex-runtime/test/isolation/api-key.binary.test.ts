import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { codexProcessesOf } from "../e2e/codex-processes.ts";
import { transports } from "../e2e/scene.ts";
import { runOnAccount, startAccountService } from "./account-service.ts";
import { codexWays } from "./codex-ways.ts";
import { filesWith } from "./files-with.ts";
import { startRecordingProxy } from "./recording-proxy.ts";
import { makeUser, onlyHomeOf, type User } from "./signed-in-user.ts";

const key = "sk-made-up-4f1c9e7a";
const modes = ["strict", "host"] as const;
const ways = codexWays.flatMap((way) => modes.map((isolation) => ({ ...way, isolation })));

describe.each(ways)(
  "a run with an API key, Codex $version over $transport, isolation $isolation",
  ({ codexPath, transport, isolation }) => {
    test("is signed in with it, and neither writes it down nor shows it to other programs", async () => {
      const user = await makeUser(undefined);
      const { authorizations, argvs } = await runWithKey(user);
      expect(authorizations).toEqual([`Bearer …(${fingerprint(key)})`]);
      expect(argvs).not.toEqual([]);
      expect(argvs.filter((argv) => argv.includes(key))).toEqual([]);
      expect(await filesWith(user.root, key)).toEqual([]);
      // There Codex would write its whole environment down.
      expect(await readdir(user.codexHome)).not.toContain("shell_snapshots");
      expect(await signInsOf(user)).toEqual([]);
    });

    test("leaves the user's own sign-in as it is, and uses the key all the same", async () => {
      const user = await makeUser({ expiresInSeconds: 3_600 });
      const before = await readSignIn(user);
      const { authorizations } = await runWithKey(user);
      expect(authorizations).toEqual([`Bearer …(${fingerprint(key)})`]);
      expect(await readSignIn(user)).toEqual(before);
      expect(await signInsOf(user)).toEqual([".codex/auth.json"]);
      expect(await filesWith(user.root, key)).toEqual([]);
    });

    async function runWithKey(user: User) {
      const argvs: string[] = [];
      const service = await startAccountService(() => {
        argvs.push(...codexProcessesOf(user.root).map(({ argv }) => argv));
        return undefined;
      });
      const run = { codexPath, transport, isolation, env: { CODEX_API_KEY: key } };
      const events = await runOnAccount(user, service, run);
      expect(events.at(-1)).toBe("turn.completed");
      const authorizations = service.sim.requests.map(({ headers }) => headers["authorization"]);
      return { argvs, authorizations };
    }
  },
);

test.each(transports)(
  "a run on an endpoint of its own is not given the user's sign-in, nor the key, over %s",
  async (transport) => {
    const user = await makeUser({ expiresInSeconds: 3_600 });
    const service = await startAccountService();
    const env = { CODEX_API_KEY: key };
    await runOnAccount(user, service, { transport, usesAccount: false });
    await runOnAccount(user, service, { transport, usesAccount: false, env });
    expect(await readdir(await onlyHomeOf(user))).not.toContain("auth.json");
    expect(service.sim.requests.map(({ headers }) => headers["authorization"])).toEqual([
      undefined,
      undefined,
    ]);
  },
);

test.each(transports)(
  "a run with an API key contacts its service alone, over %s",
  async (transport) => {
    const user = await makeUser({ expiresInSeconds: 3_600 });
    const service = await startAccountService();
    const proxy = await startRecordingProxy();
    const env = { HTTPS_PROXY: proxy.url };
    await runOnAccount(user, service, { transport, env: { ...env, CODEX_API_KEY: key } });
    expect(proxy.hosts()).toEqual([]);
    // The proof that it would be seen: the account's host is looked up for a run that acts as the account.
    await runOnAccount(user, service, { transport, env });
    expect(proxy.hosts()).toEqual(["chatgpt.com:443"]);
  },
);

/** The user's own `auth.json`, and whether anybody wrote to it. */
async function readSignIn({ codexHome }: User): Promise<unknown> {
  const path = join(codexHome, "auth.json");
  const { ino, mtimeMs } = await lstat(path);
  return { content: await readFile(path, "utf8"), ino, mtimeMs };
}

/** Every `auth.json` on the user's machine, files and links. */
async function signInsOf({ root }: User): Promise<readonly string[]> {
  const paths = await readdir(root, { recursive: true });
  return paths.filter((path) => path.endsWith("auth.json"));
}
