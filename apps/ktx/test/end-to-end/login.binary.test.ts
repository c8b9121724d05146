import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx } from "../spawn-ktx.ts";
import { keys, openTerminal } from "../terminal.ts";

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

describe("in a terminal", () => {
  test("the login of Codex has the screen, and Ctrl-C ends it and leaves nothing", async () => {
    await using sandbox = await openSandbox();
    const terminal = openTerminal(sandbox, ["login"]);
    await terminal.seen("https://auth.openai.com/oauth/authorize");
    expect(terminal.shown().replaceAll(/\s+/g, " ")).toContain(
      "run `ktx login --device-auth`, which Codex calls `codex login --device-auth`.",
    );
    terminal.press(keys.interrupt);
    expect(await terminal.exitCode).toBe(130);
    expect(await sandbox.listProcesses()).toEqual([]);
    expect(await sandbox.listFiles()).not.toContain("home/.codex/auth.json");
  });

  test("a device code that cannot be had says what happened, and names the way that is left", async () => {
    await using sandbox = await openSandbox();
    const env = { ...sandbox.env, HTTPS_PROXY: "http://127.0.0.1:9" };
    const terminal = openTerminal({ ...sandbox, env }, ["login", "--device-auth"]);
    expect(await terminal.exitCode).toBe(1);
    expect(terminal.shown()).toContain("Error logging in with device code");
    expect(terminal.shown()).toContain("error: The login of Codex ended with exit code 1.");
    expect(terminal.shown()).toMatch(/ktx\s+login\s+--with-api-key/);
  });

  test("no stored sign-in is lost where a new login is interrupted", async () => {
    await using sandbox = await openSandbox();
    await runKtx(sandbox, ["login", "--with-api-key"], { stdin: "sk-proj-0123456789abcdef\n" });
    const file = join(sandbox.home, ".codex/auth.json");
    const before = await readFile(file, "utf8");
    const terminal = openTerminal(sandbox, ["login"]);
    await terminal.seen("https://auth.openai.com/oauth/authorize");
    terminal.press(keys.interrupt);
    expect(await terminal.exitCode).toBe(130);
    expect(await readFile(file, "utf8")).toBe(before);
  });
});
