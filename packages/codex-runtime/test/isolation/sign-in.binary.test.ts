import { lstat, mkdir, readdir, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint, refuse } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { CodexError, CodexKtxLlmRuntime } from "../../src/index.ts";
import { linkSignIn, SignInError } from "@ktx/codex-home";
import { onEachTransport } from "../e2e/scene.ts";
import { chatGptSignIn } from "./account.ts";
import { openThreadOnAccount, runOnAccount, startAccountService, take } from "./account-service.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { codexWays } from "./codex-ways.ts";
import { filesWith } from "./files-with.ts";
import { makeUser, onlyHomeOf, tokensOf } from "./signed-in-user.ts";

test.each(codexWays)(
  "an expired token is refreshed in the user's own file, through a link that stays a link: Codex $version over $transport",
  async ({ codexPath, transport }) => {
    const user = await makeUser({ expiresInSeconds: -3_600 });
    const service = await startAccountService();

    const events = await runOnAccount(user, service, { codexPath, transport });

    expect(events.at(-1)).toBe("turn.completed");
    expect(service.refreshes).toEqual(["first"]);
    const { access, refresh } = await tokensOf(user);
    expect(refresh).toBe("second");
    expect(service.sim.requests.map(({ headers }) => headers["authorization"])).toEqual([
      `Bearer …(${fingerprint(access)})`,
    ]);
    const link = join(await onlyHomeOf(user), "auth.json");
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readlink(link)).toBe(join(user.codexHome, "auth.json"));
  },
);

onEachTransport("the sign-in", ({ transport }) => {
  test("16 runs at once on one expired sign-in all complete, although a refresh token is good for once", async () => {
    const user = await makeUser({ expiresInSeconds: -3_600 });
    const service = await startAccountService();

    const runs = await Promise.all(
      Array.from({ length: 16 }, () => runOnAccount(user, service, { transport })),
    );

    expect(runs.map((events) => events.at(-1))).toEqual(runs.map(() => "turn.completed"));
    expect(service.refreshes).toEqual(["first"]);
    expect((await tokensOf(user)).refresh).toBe("second");
  });

  test("our home of the user holds no file with a secret in it", async () => {
    const user = await makeUser({ expiresInSeconds: 3_600 });
    const service = await startAccountService();
    await runOnAccount(user, service, { transport });

    const { access } = await tokensOf(user);
    expect(await filesWith(user.root, access)).toEqual([".codex/auth.json"]);
    expect((await lstat(await onlyHomeOf(user))).mode & 0o777).toBe(0o700);
  });
});

test.each([codexUnderTest])(
  "a thread takes up the sign-in that another program has refreshed between two turns, Codex $version",
  async ({ codexPath }) => {
    const user = await makeUser({ expiresInSeconds: 3_600 });
    const first = await tokensOf(user);
    let used = false;
    const service = await startAccountService(({ headers }) => {
      const isFirst = headers["authorization"] === `Bearer …(${fingerprint(first.access)})`;
      const isRefused = used && isFirst;
      used = true;
      return isRefused ? refuse(401, { error: { message: "That token is used up." } }) : undefined;
    });
    await using thread = openThreadOnAccount(user, service, { codexPath });
    expect((await take(thread)).at(-1)).toBe("turn.completed");

    await writeFile(
      join(user.codexHome, "auth.json"),
      chatGptSignIn({ refreshToken: "of another program", expiresInSeconds: 7_200 }),
    );

    expect((await take(thread)).at(-1)).toBe("turn.completed");
    const second = await tokensOf(user);
    expect(second.refresh).toBe("of another program");
    expect(service.refreshes).toEqual([]);
    expect(service.sim.requests.map(({ headers }) => headers["authorization"])).toEqual(
      [first, first, second].map(({ access }) => `Bearer …(${fingerprint(access)})`),
    );
  },
);

onEachTransport("a run is refused before anything is sent", ({ transport }) => {
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
      transport,
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
});

test("a run is refused where the system makes no symbolic link", async () => {
  const user = await makeUser({ expiresInSeconds: 3_600 });
  const codexHome = join(user.codexHome, "..", "ours");
  // A folder can not be replaced by a link, on any system.
  await mkdir(join(codexHome, "auth.json"), { recursive: true });

  const workFolder = join(codexHome, "work");
  await mkdir(workFolder);
  const linking = linkSignIn({ signInHome: user.codexHome, codexHome, workFolder });

  await expect(linking).rejects.toThrow(SignInError);
  await expect(linking).rejects.toMatchObject({
    code: "link-not-possible",
    message: expect.stringMatching(/symbolic link.*Developer Mode.*CODEX_API_KEY/),
  });
  expect(await readdir(workFolder)).toEqual([]);
});
