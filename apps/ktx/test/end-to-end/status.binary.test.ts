import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  answering,
  rawAnswer,
  refuse,
  type SimReply,
  type SimScript,
  startCodexSim,
} from "@ktx/codex-sim";
import type { Check, StatusReport } from "@ktx/config";
import { describe, expect, test } from "vitest";
import { runHere } from "../run-here.ts";
import { openSandbox, type Sandbox } from "../spawn-ktx.ts";

/** Gives the home an API key that `codex login` would have stored. */
async function signIn({ home }: Sandbox): Promise<void> {
  await mkdir(join(home, ".codex"));
  const auth = { auth_mode: "apikey", OPENAI_API_KEY: "sk-proj-0123456789" };
  await writeFile(join(home, ".codex", "auth.json"), JSON.stringify(auth));
}

/** A ChatGPT sign-in, made up: an unsigned token with the claims that Codex reads. */
function chatGptSignIn(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const account = { chatgpt_plan_type: "plus", chatgpt_account_id: "account-1" };
  const claims = { exp: 2_000_000_000, "https://api.openai.com/auth": account };
  const token = [part({ alg: "RS256", typ: "JWT" }), part(claims), "c2lnbmF0dXJl"].join(".");
  const tokens = {
    id_token: token,
    access_token: token,
    refresh_token: "r",
    account_id: "account-1",
  };
  const last_refresh = new Date().toISOString();
  return JSON.stringify({ auth_mode: "chatgpt", OPENAI_API_KEY: null, tokens, last_refresh });
}

function setUp(sandbox: Sandbox): Promise<unknown> {
  return runHere(sandbox, ["setup", "--llm-backend", "codex", "--no-input"]);
}

function checkOf(report: StatusReport, id: Check["id"]): Partial<Check> | undefined {
  return report.checks.find((check) => check.id === id);
}

test("a folder without ktx.yaml is not ready, and the fix is the line that sets it up", async () => {
  await using sandbox = await openSandbox();
  const { exitCode, stdout } = await runHere(sandbox, ["status"]);
  expect(stdout).toContain("FAIL  Project");
  expect(stdout).toContain("ktx setup --llm-backend codex --no-input");
  expect(exitCode).toBe(1);
});

test("after setup, a signed-out home is all that is missing", async () => {
  await using sandbox = await openSandbox();
  await setUp(sandbox);
  const { exitCode, stdout, stderr } = await runHere(sandbox, ["status"]);
  expect(stdout).toMatch(/^FAIL {2}Sign-in +Codex is not signed in\.$/m);
  expect(stdout).toMatch(/^ +-> Authenticate Codex: run `ktx login`/m);
  expect(stdout).toMatch(/^Not ready: Sign-in\.\n/);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
});

test("after setup, a signed-in home is ready, without a key in anything that is shown", async () => {
  await using sandbox = await openSandbox();
  await signIn(sandbox);
  await setUp(sandbox);
  const text = await runHere(sandbox, ["status", "--no-probe"]);
  expect(text.stdout).toMatch(/^ok {4}Sign-in +Signed in with an API key\.$/m);
  expect(text.stdout).toMatch(/^ok {4}Codex binary +0\.163\.0/m);
  expect(text.stdout).toContain("\n  gpt-5.5: default, triage, candidateExtraction,");
  expect(text.stdout).toMatch(/^Ready\. No turn was tried\.\n/);
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
  const { exitCode, stdout } = await runHere(sandbox, ["status", "--no-probe"]);
  expect(stdout).toMatch(/^warn {2}Isolation/m);
  expect(stdout).toContain("mcp_servers (mail)");
  expect(exitCode).toBe(0);
});

describe("on a ChatGPT plan", () => {
  /** Codex asks the account's service for the limits (0.163.0), which is on loopback here. */
  async function statusOnPlan(usage: SimReply, args: readonly string[] = []) {
    await using sandbox = await openSandbox();
    await using sim = await startCodexSim({
      script: [],
      answerOther: ({ path }) => (path === "/backend-api/wham/usage" ? usage : undefined),
    });
    await mkdir(join(sandbox.home, ".codex"));
    await writeFile(join(sandbox.home, ".codex", "auth.json"), chatGptSignIn());
    const origin = new URL(sim.baseUrl).origin;
    const config = `chatgpt_base_url = "${origin}/backend-api"\nanalytics.enabled = false\n`;
    await writeFile(join(sandbox.home, ".codex", "config.toml"), config);
    await writeFile(
      join(sandbox.project, "ktx.yaml"),
      "llm: { provider: { backend: codex, codex: { isolation: host } }, models: { default: codex } }\n",
    );
    const result = await runHere(sandbox, ["status", "--no-probe", ...args]);
    expect(sim.requests).toEqual([]);
    return result;
  }

  const usageOf = (usedPercent: number): SimReply =>
    rawAnswer({
      plan_type: "plus",
      rate_limit: {
        allowed: true,
        limit_reached: usedPercent >= 100,
        primary_window: {
          used_percent: usedPercent,
          limit_window_seconds: 18_000,
          reset_after_seconds: 60,
          reset_at: 2_000_000_000,
        },
      },
    });

  test("the limits of the account are shown, and no turn is spent", async () => {
    const text = await statusOnPlan(usageOf(42));
    expect(text.stdout).toMatch(
      /^ok {4}Limits +42 % of 5 hours used, resets at 2033-05-18 03:33 UTC\.$/m,
    );
    expect({ exitCode: text.exitCode, stderr: text.stderr }).toEqual({ exitCode: 0, stderr: "" });

    const { stdout } = await statusOnPlan(usageOf(42), ["--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      limits: {
        plan: "plus",
        windows: [
          {
            name: "codex primary",
            usedPercent: 42,
            windowMinutes: 300,
            resetsAtMs: 2_000_000_000_000,
            hasCredits: false,
          },
        ],
      },
    });
  });

  test("a used-up window is not ready, and limits that cannot be read are a warning", async () => {
    const usedUp = await statusOnPlan(usageOf(100));
    expect(usedUp.stdout).toMatch(/^FAIL {2}Limits +100 % of 5 hours used/m);
    expect(usedUp.exitCode).toBe(1);

    const unread = await statusOnPlan(refuse(500, "out of order"));
    expect(unread.stdout).toMatch(/^warn {2}Limits +The account's limits could not be read: /m);
    expect(unread.exitCode).toBe(0);
  });
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
    const { exitCode, stdout, stderr } = await runHere(sandbox, ["status", "--json"], { env });
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
      /^127\.0\.0\.1:\d+ refuses the connection\.$/,
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
            resets_at: 4_102_444_800,
          },
        }),
      /usage limit/,
      /^Wait until the limit resets, or buy credits\.$/,
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
