import { lstat, mkdir, readFile, readdir, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answering,
  type CodexSim,
  fingerprint,
  rawAnswer,
  refuse,
  startCodexSim,
} from "@ktx/codex-sim";
import { describe, expect, onTestFinished, test } from "vitest";
import { CodexError, CodexKtxLlmRuntime, IsolationError, SdkCodexRunner } from "../../src/index.ts";
import { linkSignIn } from "../../src/isolation/link-sign-in.ts";
import { chatGptSignIn, makeToken } from "./account.ts";
import { codexBinaries } from "./codex-binaries.ts";
import { makeTestFolder } from "./test-folder.ts";

describe.each(codexBinaries)(
  "a run that acts as the user's account, Codex $version",
  ({ codexPath }) => {
    test("refreshes an expired token in the user's own file, through a link that stays a link", async () => {
      const user = await makeUser({ expiresInSeconds: -3_600 });
      const service = await startAccountService();

      expect(await runOnAccount(user, service, codexPath)).toEqual(["turn.completed"]);

      expect(service.refreshes).toEqual(["first"]);
      expect(await refreshTokenOf(user)).toBe("second");
      expect(service.sim.requests.map(({ headers }) => headers["authorization"])).toEqual([
        `Bearer …(${fingerprint(await accessTokenOf(user))})`,
      ]);
      const link = join(await onlyHomeOf(user), "auth.json");
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      expect(await readlink(link)).toBe(join(user.codexHome, "auth.json"));
    });
  },
);

test("16 runs at once on one expired sign-in all complete, although a refresh token is good for once", async () => {
  const user = await makeUser({ expiresInSeconds: -3_600 });
  const service = await startAccountService();

  const runs = await Promise.all(Array.from({ length: 16 }, () => runOnAccount(user, service)));

  expect(runs.flat()).toEqual(Array.from({ length: 16 }, () => "turn.completed"));
  expect(service.refreshes).toEqual(["first"]);
  expect(await refreshTokenOf(user)).toBe("second");
});

test("our home of the user holds no file with a secret in it", async () => {
  const user = await makeUser({ expiresInSeconds: 3_600 });
  const service = await startAccountService();
  await runOnAccount(user, service);

  const home = await onlyHomeOf(user);
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const secret = await accessTokenOf(user);
  const holders: string[] = [];
  for (const { parentPath, name } of files)
    if ((await readFile(join(parentPath, name), "latin1")).includes(secret)) holders.push(name);

  expect(holders).toEqual([]);
  expect((await lstat(home)).mode & 0o777).toBe(0o700);
});

describe("a run is refused before anything is sent", () => {
  test.each([
    {
      case: "without a sign-in and a key",
      config: undefined,
      code: "not-signed-in",
      message: /^Codex is not signed in: expected .*auth\.json .*Run `codex login`/,
    },
    {
      case: "without a sign-in, by a configuration that can not be read",
      config: "this is = = no TOML",
      code: "not-signed-in",
      message: /^Codex is not signed in/,
    },
    {
      case: "with the credentials in the system's keyring",
      config: 'cli_auth_credentials_store = "keyring"',
      code: "credentials-in-keyring",
      message: /keyring.*cli_auth_credentials_store = "file".*CODEX_API_KEY/,
    },
    {
      case: "with credentials that may be in the keyring",
      config: 'cli_auth_credentials_store = "auto"',
      code: "credentials-in-keyring",
      message: /keyring/,
    },
  ])("$case", async ({ config, code, message }) => {
    const user = await makeUser(undefined, config);
    const runtime = new CodexKtxLlmRuntime({
      projectDir: user.codexHome,
      modelSlots: { default: "codex" },
      env: user.env,
    });

    const error = await runtime
      .generateText({ role: "default", prompt: "hi" })
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(CodexError);
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      failure: { kind: "auth" },
      cause: { name: "IsolationError", code },
    });
  });

  test("where the system makes no symbolic link", async () => {
    const user = await makeUser({ expiresInSeconds: 3_600 });
    const codexHome = join(user.codexHome, "..", "ours");
    // A folder can not be replaced by a link, on any system.
    await mkdir(join(codexHome, "auth.json"), { recursive: true });

    const workFolder = join(codexHome, "work");
    await mkdir(workFolder);
    const linking = linkSignIn({ signInHome: user.codexHome, codexHome, workFolder });

    await expect(linking).rejects.toThrow(IsolationError);
    await expect(linking).rejects.toMatchObject({
      code: "link-not-possible",
      failure: { kind: "codex-config" },
      message: expect.stringMatching(/symbolic link.*Developer Mode.*CODEX_API_KEY/),
    });
    expect(await readdir(workFolder)).toEqual([]);
  });
});

test.each([
  { case: "has an API key", env: { CODEX_API_KEY: "sk-key" }, endpoint: false },
  { case: "talks to an endpoint of its own", env: {}, endpoint: true },
])("a run that $case is not given the user's sign-in", async ({ env, endpoint }) => {
  const user = await makeUser({ expiresInSeconds: 3_600 });
  const service = await startAccountService();
  const runner = runnerOf(user, service, { env });
  const provider = providerOn(service.sim, { requires_openai_auth: !endpoint });
  for await (const _ of await runner.runStreamed({ ...request(user), configOverrides: provider }));

  expect(await readdir(await onlyHomeOf(user))).not.toContain("auth.json");
  expect(service.sim.requests.map(({ headers }) => headers["authorization"])).toEqual([
    endpoint ? undefined : `Bearer …(${fingerprint("sk-key")})`,
  ]);
});

interface User {
  readonly codexHome: string;
  readonly env: NodeJS.ProcessEnv;
}

async function makeUser(
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

interface AccountService {
  readonly sim: CodexSim;
  /** The refresh tokens that were taken; each is good for once. */
  readonly refreshes: readonly string[];
}

/** A model service and, beside it, the service that refreshes tokens. */
async function startAccountService(): Promise<AccountService> {
  const refreshes: string[] = [];
  const sim = await startCodexSim({
    script: answering(() => "hello"),
    answerOther: ({ path }, body) => {
      if (path !== "/oauth/token") return undefined;
      const { refresh_token: token } = JSON.parse(body) as { refresh_token: string };
      if (token !== "first" || refreshes.length > 0)
        return refuse(401, { error: { code: "refresh_token_reused", message: "used before" } });
      refreshes.push(token);
      const fresh = makeToken(7_200);
      return rawAnswer({ id_token: fresh, access_token: fresh, refresh_token: "second" });
    },
  });
  onTestFinished(() => sim.close());
  return { sim, refreshes };
}

async function runOnAccount(
  user: User,
  { sim, refreshes }: AccountService,
  codexPath?: string,
): Promise<readonly string[]> {
  const runner = runnerOf(user, { sim, refreshes }, codexPath === undefined ? {} : { codexPath });
  const types: string[] = [];
  for await (const event of await runner.runStreamed({
    ...request(user),
    configOverrides: providerOn(sim, { requires_openai_auth: true }),
  }))
    types.push((event as { type: string }).type);
  return types.slice(-1);
}

function runnerOf(
  user: User,
  { sim }: AccountService,
  options: { readonly codexPath?: string; readonly env?: NodeJS.ProcessEnv },
): SdkCodexRunner {
  return new SdkCodexRunner({
    ...options,
    env: {
      ...user.env,
      ...options.env,
      CODEX_REFRESH_TOKEN_URL_OVERRIDE: new URL("/oauth/token", sim.baseUrl).href,
    },
    allowEnv: ["CODEX_REFRESH_TOKEN_URL_OVERRIDE"],
  });
}

function request(user: User): { projectDir: string; model: string; prompt: string } {
  return { projectDir: user.codexHome, model: "gpt-5.5", prompt: "hi" };
}

function providerOn(sim: CodexSim, settings: object): Record<string, unknown> {
  return {
    web_search: "disabled",
    model_provider: "service",
    model_providers: {
      service: {
        name: "service",
        base_url: sim.baseUrl,
        wire_api: "responses",
        supports_websockets: false,
        ...settings,
      },
    },
  };
}

async function onlyHomeOf(user: User): Promise<string> {
  const homes = join(user.env["XDG_CACHE_HOME"] ?? "", "ktx", "homes");
  const names = await readdir(homes);
  expect(names).toHaveLength(1);
  return join(homes, names[0] ?? "");
}

async function tokensOf(user: User): Promise<{ access_token: string; refresh_token: string }> {
  const text = await readFile(join(user.codexHome, "auth.json"), "utf8");
  return (JSON.parse(text) as { tokens: { access_token: string; refresh_token: string } }).tokens;
}

async function accessTokenOf(user: User): Promise<string> {
  return (await tokensOf(user)).access_token;
}

async function refreshTokenOf(user: User): Promise<string> {
  return (await tokensOf(user)).refresh_token;
}
