import { expect, test } from "vitest";
import {
  CodexKtxLlmRuntime,
  type CodexRunnerInput,
  type ResponsesEndpoint,
  RuntimeInputError,
  SdkCodexRunner,
} from "../../src/index.ts";
import { fakeRunner } from "../fake-runner.ts";
import { answered } from "../runtime-on-fakes.ts";
import { plantedKey, show, tracesIn, urlEscaped } from "./planted-key.ts";

function runtimeAt(endpoint: ResponsesEndpoint): CodexKtxLlmRuntime {
  return new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    runner: fakeRunner(answered),
    env: { MY_KEY: plantedKey },
    endpoint,
  });
}

test.each([
  ["a password", `http://me:${urlEscaped}@127.0.0.1:1/v1`],
  ["a user", `http://${urlEscaped}@127.0.0.1:1/v1`],
  ["an empty user", "http://@127.0.0.1:1/v1"],
  ["a key as query", `https://host/v1?api-key=${urlEscaped}`],
  ["an empty query", "https://host/v1?"],
  ["a fragment", `https://host/v1#${urlEscaped}`],
  ["the key as a part of its path", `https://host/${urlEscaped}/v1`],
  ["the key in lone escapes", `https://host/${urlEscaped.replaceAll("%", "%25")}/v1`],
  [
    "the key in base64 in its path",
    `https://host/${Buffer.from(plantedKey).toString("base64url")}`,
  ],
  ["another scheme", `ftp://me:${urlEscaped}@host/v1`],
  ["no form of an address", `//${plantedKey}`],
  ["a line feed", "https://ho\nst/v1"],
  ["nothing", ""],
])("an endpoint whose address has %s is refused, without showing it", (_, baseUrl) => {
  const error = refusalOf({ baseUrl, apiKeyEnv: "MY_KEY" });
  expect(error.code).toBe("invalid-endpoint");
  expect(error.message).toMatch(/^Expected `endpoint\.baseUrl` .* `endpoint\.apiKeyEnv`/);
  expect(tracesIn(error)).toEqual([]);
  expect(show(error)).not.toContain(baseUrl || plantedKey);
});

test.each([
  "sk-proj-4f1c9e7a",
  "sk_live_4f1c9e7a",
  plantedKey,
  "0123456789abcdef0123456789abcdef",
  "A B",
  "",
])("a key in place of a variable's name is refused, without showing it: %s", (apiKeyEnv) => {
  const error = refusalOf({ baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv });
  expect(error.code).toBe("invalid-endpoint");
  expect(error.message).toMatch(/^Expected `endpoint\.apiKeyEnv` to be the name of an environment/);
  expect(show(error)).not.toContain(apiKeyEnv || plantedKey);
});

test.each([
  "http://127.0.0.1:11434/v1",
  "https://host.example:8443",
  "http://[::1]:1/a/b/",
  "HTTP://h/@b",
])("an endpoint at %s is taken", async (baseUrl) => {
  const runtime = runtimeAt({ baseUrl, apiKeyEnv: "MY_KEY" });
  expect(await runtime.generateText({ role: "default", prompt: "Go." })).toBe("The answer.");
});

const onCommandLine: readonly (readonly [string, Partial<CodexRunnerInput>])[] = [
  ["the model's name", { model: `gpt-${plantedKey}` }],
  ["the configuration", { configOverrides: { developer_instructions: `Use ${plantedKey}.` } }],
  ["the configuration", { configOverrides: { [plantedKey]: true } }],
  ["the configuration", { configOverrides: { deep: [{ url: `http://h/${urlEscaped}` }] } }],
  ["the configuration", { configOverrides: { a: "token-of-this-run" } }],
];

test.each(onCommandLine)(
  "no Codex starts that would have a key on its command line: in %s",
  async (place, input) => {
    const runner = new SdkCodexRunner({
      isolation: "host",
      env: { CODEX_API_KEY: plantedKey },
      onWarning: () => undefined,
    });
    const events = await runner.runStreamed({
      projectDir: process.cwd(),
      model: "gpt-5.5",
      prompt: "Go.",
      env: { KTX_CODEX_RUNTIME_MCP_TOKEN: "token-of-this-run" },
      ...input,
    });
    const error: unknown = await readAll(events).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      failure: { kind: "codex-config" },
      message: expect.stringContaining(
        `Expected no API key, token or password in ${place}, got one.`,
      ),
    });
    expect(tracesIn(error)).toEqual([]);
  },
);

test("the password of a proxy is a secret", async () => {
  const quote =
    "proxy http://me:hunter2%20is%20long@proxy:3128 refused: Basic bWU6aHVudGVyMiBpcyBsb25n (hunter2 is long)";
  const runtime = new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    runner: fakeRunner([], { throws: new Error(quote) }),
    env: { https_proxy: "http://me:hunter2%20is%20long@proxy:3128" },
    maxRetries: 0,
  });
  const error: unknown = await runtime
    .generateText({ role: "default", prompt: "Go." })
    .catch((thrown: unknown) => thrown);
  expect(show(error)).toContain("proxy http://me:[redacted]@proxy:3128 refused");
  expect(show(error)).not.toMatch(/hunter2|aHVudGVyMiBpcyBsb25/);
});

test("a key that is set after the runtime was made is a secret as well", async () => {
  const env: NodeJS.ProcessEnv = {};
  const runtime = new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    runner: fakeRunner([], { throws: new Error(`bad key ${plantedKey}`) }),
    env,
    maxRetries: 0,
  });
  env["CODEX_API_KEY"] = plantedKey;
  const error: unknown = await runtime
    .generateText({ role: "default", prompt: "Go." })
    .catch((thrown: unknown) => thrown);
  expect(tracesIn(error)).toEqual([]);
});

test("the caller's own reason for an abort is passed on as it is", async () => {
  const reason = new Error(`stopped with ${plantedKey}`);
  const runtime = runtimeAt({ baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: "MY_KEY" });
  await expect(
    runtime.generateText({
      role: "default",
      prompt: "Go.",
      abortSignal: AbortSignal.abort(reason),
    }),
  ).rejects.toBe(reason);
});

async function readAll(events: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function refusalOf(endpoint: ResponsesEndpoint): RuntimeInputError {
  try {
    runtimeAt(endpoint);
  } catch (error) {
    if (error instanceof RuntimeInputError) return error;
    throw error;
  }
  return expect.unreachable("it was taken");
}
