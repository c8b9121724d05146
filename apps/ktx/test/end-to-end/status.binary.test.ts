import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answering, refuse, type SimScript, startCodexSim } from "@ktx/codex-sim";
import type { Check, StatusReport } from "@ktx/config";
import { describe, expect, test } from "vitest";
import { openSandbox, runKtx, type Sandbox } from "../spawn-ktx.ts";

/** Gives the home an API key that `codex login` would have stored. */
async function signIn({ home }: Sandbox): Promise<void> {
  await mkdir(join(home, ".codex"));
  const auth = { auth_mode: "apikey", OPENAI_API_KEY: "sk-proj-0123456789" };
  await writeFile(join(home, ".codex", "auth.json"), JSON.stringify(auth));
}

function setUp(sandbox: Sandbox): Promise<unknown> {
  return runKtx(sandbox, ["setup", "--llm-backend", "codex", "--no-input"]);
}

function checkOf(report: StatusReport, id: Check["id"]): Partial<Check> | undefined {
  return report.checks.find((check) => check.id === id);
}

test("a folder without ktx.yaml is not ready, and the fix is the line that sets it up", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stdout } = await runKtx(sandbox, ["status"]);
  expect(stdout).toContain("FAIL  Project");
  expect(stdout).toContain("ktx setup --llm-backend codex --no-input");
  expect(exitCode).toBe(1);
});

test("after setup, a signed-out home is all that is missing", async () => {
  await using sandbox = await openSandbox();
  await setUp(sandbox);
  const { exitCode, stdout, stderr } = await runKtx(sandbox, ["status"]);
  expect(stdout).toMatch(/^FAIL {2}Sign-in +Codex is not signed in\.$/m);
  expect(stdout).toMatch(/^ +-> Authenticate Codex: run `codex login`/m);
  expect(stdout).toMatch(/\nNot ready: Sign-in\.\n$/);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
});

test("after setup, a signed-in home is ready, without a key in anything that is shown", async () => {
  await using sandbox = await openSandbox();
  await signIn(sandbox);
  await setUp(sandbox);
  const text = await runKtx(sandbox, ["status", "--no-probe"]);
  expect(text.stdout).toMatch(/^ok {4}Sign-in +Signed in with an API key\.$/m);
  expect(text.stdout).toMatch(/^ok {4}Codex binary +0\.163\.0/m);
  expect(text.stdout).toContain("\n  gpt-5.5: default, triage, candidateExtraction,");
  expect(text.stdout).toMatch(/\nReady\. No turn was tried\.\n$/);
  expect(text.stdout).not.toContain("sk-");
  expect(text.exitCode).toBe(0);
});

test("host isolation is warned about, with what of the user's Codex gets in", async () => {
  await using sandbox = await openSandbox();
  await signIn(sandbox);
  const config = '[mcp_servers.mail]\ncommand = "mail"\n';
  await writeFile(join(sandbox.home, ".codex", "config.toml"), config);
  await writeFile(
    join(sandbox.project, "ktx.yaml"),
    "llm: { provider: { backend: codex, codex: { isolation: host } }, models: { default: codex } }\n",
  );
  const { exitCode, stdout } = await runKtx(sandbox, ["status", "--no-probe"]);
  expect(stdout).toMatch(/^warn {2}Isolation/m);
  expect(stdout).toContain("mcp_servers (mail)");
  expect(exitCode).toBe(0);
});

describe("with a probe turn", () => {
  /** The status of a project on an endpoint that answers by this script; null: nobody is there. */
  async function statusOn(script: SimScript | null, keyVariable?: string) {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({ script: script ?? [] });
    if (script === null) await sim.close();
    const key = keyVariable === undefined ? "" : `, api_key_env: ${keyVariable}`;
    await writeFile(
      join(sandbox.project, "ktx.yaml"),
      `llm:\n  provider:\n    backend: codex\n    codex:\n      endpoint: { base_url: "${sim.baseUrl}"${key} }\n` +
        "  models: { default: some-model }\n",
    );
    const env = { MY_KEY: "the-secret" };
    const { exitCode, stdout, stderr } = await runKtx(sandbox, ["status", "--json"], { env });
    expect(stdout).not.toContain("the-secret");
    return { exitCode, stderr, report: JSON.parse(stdout) as StatusReport, url: sim.baseUrl };
  }

  test("that is answered, the project is ready", async () => {
    const { exitCode, stderr, report } = await statusOn(answering(() => "ok"));
    expect(checkOf(report, "probe")).toMatchObject({ outcome: "passed" });
    expect(checkOf(report, "models")).toMatchObject({
      outcome: "passed",
      message: "The endpoint accepted some-model.",
    });
    expect(report.ready).toBe(true);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: "Running one turn on some-model …\n",
    });
  });

  const notSupported =
    "The 'some-model' model is not supported when using Codex with this account.";
  const cases: readonly (readonly [string, SimScript | null, RegExp, RegExp])[] = [
    [
      "refuses the model in the envelope of ChatGPT's service",
      () => refuse(400, { detail: notSupported }),
      /^The model some-model is not available at http:.*: The 'some-model' model is not supported/,
      /llm\.models\.default/,
    ],
    [
      "refuses the model in the envelope of the API",
      () =>
        refuse(404, {
          error: {
            type: "invalid_request_error",
            code: "model_not_found",
            message: "The model `some-model` does not exist or you do not have access to it.",
          },
        }),
      /^The model some-model is not available at http:.*does not exist or you do not have access/,
      /llm\.models\.default/,
    ],
    [
      "refuses the key",
      () => refuse(401, { error: { message: "Incorrect API key provided." } }),
      /^The key in MY_KEY was refused: .*Incorrect API key provided\./,
      /^Set MY_KEY to a key that is valid\.$/,
    ],
    [
      "is down",
      null,
      /^http:.* could not be reached: /,
      /^Start that service, or correct llm\.provider\.codex\.endpoint\.base_url\.$/,
    ],
    [
      "has a quota that is used up",
      () =>
        refuse(429, {
          error: {
            type: "usage_limit_reached",
            message: "The usage limit has been reached",
            plan_type: "plus",
            resets_in_seconds: 3_600,
          },
        }),
      /usage limit/,
      /^Wait until the limit resets, buy credits, or use an API key\.$/,
    ],
  ];

  test.each(cases)(
    "on a service that %s, it says so with a fix of its own",
    async (_, script, message, fix) => {
      const { exitCode, report } = await statusOn(script, "MY_KEY");
      expect(checkOf(report, "probe")).toMatchObject({
        outcome: "failed",
        message: expect.stringMatching(message),
        fix: expect.stringMatching(fix),
      });
      expect(report.checks.filter(({ outcome }) => outcome === "failed")).toHaveLength(1);
      expect(exitCode).toBe(1);
    },
  );

  test("on a service that wants a key where none is named, the fix is to name one", async () => {
    const { report } = await statusOn(() => refuse(401, { error: { message: "No key." } }));
    expect(checkOf(report, "probe")).toMatchObject({
      message: expect.stringMatching(/^http:.* requires a key: /),
      fix: expect.stringContaining("llm.provider.codex.endpoint.api_key_env"),
    });
  });
});
