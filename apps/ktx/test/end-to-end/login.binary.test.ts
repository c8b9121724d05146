import { expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";

test("a key from stdin signs in, is never shown, and logout removes it", async () => {
  await using sandbox = await openSandbox();
  const key = "sk-proj-0123456789abcdef";
  const login = await runKtx(sandbox, ["login", "--with-api-key"], { stdin: `${key}\n` });
  expect(login.exitCode).toBe(0);
  expect(login.stderr).toContain("Next: ktx status");
  expect(login.stdout + login.stderr).not.toContain(key);
  expect(await sandbox.listFiles()).toContain("home/.codex/auth.json");

  expect((await runKtx(sandbox, ["logout"])).exitCode).toBe(0);
  expect(await sandbox.listFiles()).not.toContain("home/.codex/auth.json");
});

test("an empty stdin is no key: the login fails with the next step", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stderr } = await runKtx(sandbox, ["login", "--with-api-key"]);
  expect(stderr).toMatch(/^error: The login of Codex ended with exit code \d+\.$/m);
  expect(exitCode).toBe(1);
});

test("two ways to sign in are refused", async () => {
  await using sandbox = await openSandbox();
  const { exitCode } = await runKtx(sandbox, ["login", "--with-api-key", "--device-auth"]);
  expect(exitCode).toBe(2);
});
