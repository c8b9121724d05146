import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rawAnswer, refuse, reply, type SimReply, text } from "@ktx/codex-sim";
import { expect, onTestFinished, test } from "vitest";
import {
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type CodexTransport,
  RateLimitGovernor,
  type Transport,
} from "../../src/index.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { onEachTransportAndAuto } from "../e2e/scene.ts";
import { providerOn } from "./account-launch.ts";
import { type AccountService, startAccountService } from "./account-service.ts";
import { openOwnTransport } from "../own-threads.ts";
import { makeUser, type User } from "./signed-in-user.ts";

const resetsAt = Math.floor(Date.now() / 1_000) + 3_600;

/** The answer of the account's service about its limits. */
function usageOf(usedPercent: number): SimReply {
  return rawAnswer({
    plan_type: "plus",
    rate_limit: {
      allowed: usedPercent < 100,
      limit_reached: usedPercent >= 100,
      primary_window: {
        used_percent: usedPercent,
        limit_window_seconds: 18_000,
        reset_after_seconds: 3_600,
        reset_at: resetsAt,
      },
      secondary_window: {
        used_percent: 24,
        limit_window_seconds: 604_800,
        reset_after_seconds: 90_000,
        reset_at: resetsAt + 90_000,
      },
    },
  });
}

const asReported = (usedPercent: number): object => ({
  limitId: "codex",
  planType: "plus",
  primary: { usedPercent, windowDurationMins: 300, resetsAt },
  secondary: { usedPercent: 24, windowDurationMins: 10_080, resetsAt: resetsAt + 90_000 },
});

/** A Codex whose account is on the service: no setting of a lean home leads there. */
async function codexOn({ sim }: AccountService, user: User): Promise<string> {
  const path = join(user.root, "codex");
  const at = (place: string): string => new URL(place, sim.baseUrl).href;
  await writeFile(
    path,
    `#!/bin/sh
CODEX_REFRESH_TOKEN_URL_OVERRIDE=${at("/oauth/token")} exec "${codexUnderTest.codexPath}" "$@" -c 'chatgpt_base_url="${at("/backend-api")}"'
`,
  );
  await chmod(path, 0o755);
  return path;
}

async function runtimeOf(
  transport: CodexTransport | Transport,
  service: AccountService,
  user: User,
  options: Partial<CodexRuntimeOptions> = {},
): Promise<CodexKtxLlmRuntime> {
  const runtime = new CodexKtxLlmRuntime({
    projectDir: user.codexHome,
    modelSlots: { default: "codex" },
    codexPath: await codexOn(service, user),
    env: { ...user.env, PATH: process.env["PATH"] },
    onWarning: () => undefined,
    transport,
    ...options,
  });
  onTestFinished(() => runtime[Symbol.asyncDispose]());
  return runtime;
}

onEachTransportAndAuto("the limits of a ChatGPT plan", ({ transport }) => {
  test("are read from the account, and no turn is spent", async () => {
    const user = await makeUser({ expiresInSeconds: 7_200 });
    const service = await startAccountService(undefined, () => usageOf(42));
    const runtime = await runtimeOf(transport, service, user);

    expect(await runtime.limits()).toMatchObject(asReported(42));

    expect(service.sim.requests).toEqual([]);
  });

  test("that are used up hold the next run before the service is asked", async () => {
    const user = await makeUser({ expiresInSeconds: 7_200 });
    const service = await startAccountService(undefined, () => usageOf(100));
    const rateLimits = new RateLimitGovernor({ maxWaitMs: 1_000 });
    const runtime = await runtimeOf(transport, service, user, { rateLimits });
    await runtime.limits();

    await expect(runtime.generateText({ role: "default", prompt: "hi" })).rejects.toMatchObject({
      failure: { kind: "usage-limit", resetsAt: { atMs: resetsAt * 1_000 } },
    });
    expect(service.sim.requests).toEqual([]);
  });

  test("that the account does not answer are an error with its reason", async () => {
    const user = await makeUser({ expiresInSeconds: 7_200 });
    const service = await startAccountService(undefined, () => refuse(500, "out of order"));
    const runtime = await runtimeOf(transport, service, user);

    await expect(runtime.limits()).rejects.toMatchObject({
      name: "CodexError",
      message: expect.stringMatching(/wham\/usage failed: 500.*out of order/),
    });
  });
});

test("the limits that a run on the plan reports are newer than those that the account has answered", async () => {
  const user = await makeUser({ expiresInSeconds: 7_200 });
  const headers = {
    "x-codex-primary-used-percent": "57",
    "x-codex-primary-window-minutes": "300",
    "x-codex-primary-reset-at": String(resetsAt),
  };
  const service = await startAccountService(
    () => reply([text("hello")], { headers }),
    () => usageOf(42),
  );
  await using transport = openOwnTransport("app-server", {
    models: ["gpt-5.5"],
    settings: providerOn(service.sim, true),
    codexPath: await codexOn(service, user),
    env: { ...user.env, PATH: process.env["PATH"] },
  });
  const runtime = await runtimeOf(transport, service, user);
  expect(await runtime.limits()).toMatchObject(asReported(42));

  expect(await runtime.generateText({ role: "default", prompt: "hi" })).toBe("hello");

  expect(await runtime.limits()).toMatchObject({ primary: { usedPercent: 57, resetsAt } });
  expect(await runtime.limits({ maxAgeMs: 0 })).toMatchObject(asReported(42));
});

test("an API key and an endpoint have no limits that can be read", async () => {
  const user = await makeUser(undefined);
  const service = await startAccountService(undefined, () => usageOf(42));
  const key = { ...user.env, CODEX_API_KEY: "sk-proj-0123456789", PATH: process.env["PATH"] };
  const byKey = await runtimeOf("app-server", service, user, { env: key });
  expect(await byKey.limits()).toBeUndefined();

  const endpoint = { baseUrl: service.sim.baseUrl };
  const atEndpoint = await runtimeOf("app-server", service, user, { endpoint });
  expect(await atEndpoint.limits()).toBeUndefined();
  expect(service.sim.otherRequests).toEqual([]);
});

test("a signal ends the question to an account that does not answer", async () => {
  const user = await makeUser({ expiresInSeconds: 7_200 });
  const asked = Promise.withResolvers<void>();
  const service = await startAccountService(undefined, () => {
    asked.resolve();
    return { type: "never-answer" };
  });
  const runtime = await runtimeOf("app-server", service, user);
  const caller = new AbortController();
  const limits = runtime.limits({ abortSignal: caller.signal });
  await asked.promise;
  const reason = new Error("enough");
  caller.abort(reason);
  await expect(limits).rejects.toBe(reason);
});
