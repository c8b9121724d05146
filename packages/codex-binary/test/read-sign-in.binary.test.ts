import { describe, expect, test } from "vitest";
import { parseLoginStatus, readSignIn } from "../src/read-sign-in.ts";
import { openTestHome } from "../../../test/open-test-home.ts";

const apiKey = JSON.stringify({ auth_mode: "apikey", OPENAI_API_KEY: "sk-proj-0123456789" });
const idToken = [{ alg: "none" }, { email: "ada@example.com" }, "signature"]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");
const chatgpt = JSON.stringify({
  auth_mode: "chatgpt",
  tokens: { id_token: idToken, access_token: "a", refresh_token: "r", account_id: "i" },
  last_refresh: "2026-01-01T00:00:00Z",
});

describe.each(["strict", "host"] as const)("in %s isolation", (isolation) => {
  test.each([
    ["nothing", undefined, { state: "signed-out" }],
    ["an API key", apiKey, { state: "api-key" }],
    ["a ChatGPT session", chatgpt, { state: "chatgpt" }],
  ])("a home with %s is told as such", async (_, auth, expected) => {
    await using home = await openTestHome(auth);
    expect(await readSignIn({ env: home.env, isolation })).toEqual(expected);
  });

  test("a sign-in file that is broken is unreadable, and nothing of it is told", async () => {
    await using home = await openTestHome('{"tokens": "the-secret"}');
    const signIn = await readSignIn({ env: home.env, isolation });
    expect(signIn).toEqual({ state: "unreadable", reason: expect.any(String) });
    expect(JSON.stringify(signIn)).not.toContain("the-secret");
  });
});

test("a key in CODEX_API_KEY counts, as it does for a run, whatever is stored", async () => {
  const env = { CODEX_API_KEY: "sk-0123456789" };
  expect(await readSignIn({ env })).toEqual({
    state: "environment-key",
    variable: "CODEX_API_KEY",
  });
});

test("a binary that is not there makes the sign-in unreadable", async () => {
  await using home = await openTestHome(apiKey);
  const signIn = await readSignIn({ env: home.env, codexPath: "/nowhere/codex" });
  expect(signIn).toEqual({ state: "unreadable", reason: "the file does not exist" });
});

test("an abort rejects with its reason", async () => {
  await using home = await openTestHome();
  const reason = new Error("enough");
  const asking = readSignIn({ env: home.env, abortSignal: AbortSignal.abort(reason) });
  await expect(asking).rejects.toBe(reason);
});

test.each([
  ["Logged in using an API key - sk-proj-***hijkl", 0, { state: "api-key" }],
  ["Logged in using Amazon Bedrock AWS access keys", 0, { state: "api-key" }],
  ["Logged in using ChatGPT", 0, { state: "chatgpt" }],
  ["Logged in using personal access token", 0, { state: "chatgpt" }],
  ["WARNING: something else\nNot logged in", 1, { state: "signed-out" }],
  [
    'Error checking login status: invalid type: string "sk-secret", expected struct',
    1,
    { state: "unreadable", reason: "invalid type: string …, expected struct" },
  ],
  [
    "thread 'main' panicked",
    101,
    { state: "unreadable", reason: "`login status` of Codex ends with exit code 101" },
  ],
])("%j with exit code %i means %o", (output, exitCode, expected) => {
  expect(parseLoginStatus(output, exitCode)).toEqual(expected);
});
