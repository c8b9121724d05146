import { describeProblem, parseConfig } from "@ktx/config";
import { describe, expect, test } from "vitest";
import type { Project } from "../../src/project/read-project.ts";
import { type LlmFlags, resolveLlm } from "../../src/project/resolve-llm.ts";

function project(text?: string): Project {
  const configFile = "/project/ktx.yaml";
  return {
    discovery: {
      directory: "/project",
      configFile,
      rule: "nearest ktx.yaml",
      found: text !== undefined,
      notFound: [],
    },
    reading: { file: configFile, ...parseConfig(text ?? "") },
  };
}

function resolve(text: string | undefined, flags: LlmFlags = {}, env = {}) {
  return resolveLlm({
    project: project(text),
    flags,
    env,
    command: "ktx run",
    isInteractive: false,
  });
}

const codex =
  "llm: { provider: { backend: codex }, models: { default: gpt-5.5, curator: gpt-6-sol } }";
const local =
  "llm: { provider: { backend: codex, codex: { endpoint: { base_url: 'http://127.0.0.1:1/v1', api_key_env: LOCAL } } }, models: { default: llama } }";

test("the file's models, each in its role, and its isolation", () => {
  expect(resolve(codex, {}, { HOME: "/home" })).toMatchObject({
    modelSlots: expect.objectContaining({ default: "gpt-5.5", curator: "gpt-6-sol" }),
    isolation: "strict",
    env: { HOME: "/home" },
  });
});

test("a model of the command line serves every role, with or without a file", () => {
  expect(resolve(codex, { model: "gpt-6-luna" }).modelSlots).toEqual({ default: "gpt-6-luna" });
  expect(resolve(undefined, { model: "gpt-6-luna" }).modelSlots).toEqual({ default: "gpt-6-luna" });
});

test("a model of the command line makes up for a missing default", () => {
  const text = "llm: { provider: { backend: codex } }";
  expect(() => resolve(text)).toThrow("ktx.yaml cannot be used.");
  expect(resolve(text, { model: "gpt-5.5" }).modelSlots).toEqual({ default: "gpt-5.5" });
});

test("an endpoint of the command line takes the place of the file's, key and all", () => {
  const endpoint = "http://127.0.0.1:2/v1";
  expect(resolve(local, { endpoint })).toMatchObject({ endpoint: { baseUrl: endpoint } });
  expect(resolve(local, { endpoint }).endpoint).not.toHaveProperty("apiKeyEnv");
});

test("the endpoint of the file stays with its key, where the command line gives the same address", () => {
  for (const endpoint of ["http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/"])
    expect(resolve(local, { endpoint }, { LOCAL: "secret" }).endpoint).toEqual({
      baseUrl: "http://127.0.0.1:1/v1",
      apiKeyEnv: "LOCAL",
    });
});

describe("the key of --api-key-env is for the service of the run", () => {
  const apiKeyEnv = "MY_KEY";
  const env = { MY_KEY: "secret", LOCAL: "other" };
  const keyless = local.replace(", api_key_env: LOCAL", "");
  const url = "http://127.0.0.1:2/v1";

  test.each<[string, string | undefined, LlmFlags, string | undefined]>([
    ["the file's endpoint, in place of the file's key", local, {}, "http://127.0.0.1:1/v1"],
    ["the file's endpoint, which has no key", keyless, {}, "http://127.0.0.1:1/v1"],
    [
      "the file's endpoint, with a model of the command line",
      local,
      { model: "m" },
      "http://127.0.0.1:1/v1",
    ],
    ["the endpoint of the command line", local, { endpoint: url }, url],
    [
      "the endpoint of the command line, without a file",
      undefined,
      { endpoint: url, model: "m" },
      url,
    ],
    ["OpenAI", codex, {}, undefined],
    ["OpenAI, without a file", undefined, { model: "gpt-5.5" }, undefined],
  ])("%s", (_, text, flags, baseUrl) => {
    const options = resolve(text, { ...flags, apiKeyEnv }, env);
    expect(options.endpoint).toEqual(baseUrl === undefined ? undefined : { baseUrl, apiKeyEnv });
    expect(options.env["CODEX_API_KEY"]).toBe(baseUrl === undefined ? "secret" : undefined);
    expect(() => resolve(text, { ...flags, apiKeyEnv }, {})).toThrow("MY_KEY is not set.");
  });

  test.each(["sk-proj-0123456789", "", " "])("and is no key itself, nor empty: %j", (given) => {
    expect(() => resolve(local, { apiKeyEnv: given }, env)).toThrow(
      /^--api-key-env: (?!.*sk-proj)/,
    );
  });
});

describe("the key", () => {
  test("of a named variable reaches Codex under the name that it takes", () => {
    const { env } = resolve(codex, { apiKeyEnv: "MY_KEY" }, { MY_KEY: "secret" });
    expect(env).toEqual({ MY_KEY: "secret", CODEX_API_KEY: "secret" });
  });

  test("of an endpoint goes by its own name alone", () => {
    expect(resolve(local, {}, { LOCAL: "secret" })).toMatchObject({
      endpoint: { baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: "LOCAL" },
      env: { LOCAL: "secret" },
    });
  });

  test("whose variable is not set is refused by the variable's name", () => {
    expect(() => resolve(local)).toThrow("LOCAL is not set. It should contain the API key.");
    expect(() => resolve(local, {}, { LOCAL: "" })).toThrow("is not set");
  });
});

test.each([
  ["no file", undefined],
  ["an empty file", ""],
  ["the backend none", "llm: { provider: { backend: none } }"],
])("%s is refused with the valid backends and the line that sets one up", (_, text) => {
  expect(() => resolve(text)).toThrow(
    expect.objectContaining({
      parts: {
        what: "ktx run needs a language model, and this project has none configured.",
        next: "Valid backends: codex.\nSet one up with: ktx setup --llm-backend codex --no-input\nOr name a model with --model.",
        exitCode: 2,
      },
    }),
  );
});

test.each([
  ["no file", undefined, "Run `ktx setup` in the project's folder.\nOr name a model with --model."],
  ["an empty file", "", "Run `ktx setup`.\nOr name a model with --model."],
])("for a person, %s has the step of `ktx status`", (_, text, next) => {
  const command = "ktx run";
  expect(() =>
    resolveLlm({ project: project(text), flags: {}, env: {}, command, isInteractive: true }),
  ).toThrow(expect.objectContaining({ parts: expect.objectContaining({ next }) }));
});

describe("keys in the wrong place, which leave a project without a backend,", () => {
  test.each([
    ["llm: { backend: codex, models: { default: gpt-5.5 } }", "Move it to `llm.provider.backend`."],
    ["provider: { backend: codex }", "Move it to `llm.provider`."],
    ["llm: { provider: { backnd: codex } }", "Did you mean `backend`?"],
    ["llm: { provider: { codex: { backend: codex } } }", "Move it to `llm.provider.backend`."],
    ["llm: { provider: { backend: } }", "Remove the key, or write, for example, `backend: codex`."],
  ])("are named with their fix: %s", (text, hint) => {
    expect(() => resolve(text)).toThrow(
      expect.objectContaining({
        parts: expect.objectContaining({
          what: "ktx run needs a language model, and this project has none configured.",
          why: expect.stringContaining(hint),
        }),
      }),
    );
  });

  test("are those that `ktx config check` lists, the first five of them", () => {
    const text = ["a", "b", "c", "d", "e", "f", "g"].map((key) => `${key}: 1`).join("\n");
    const hints = project(text).reading.problems.map(describeProblem).slice(0, 5);
    expect(() => resolve(text)).toThrow(
      expect.objectContaining({
        parts: expect.objectContaining({
          why: `${hints.join("\n")}\nand 2 more, which \`ktx config check\` lists`,
        }),
      }),
    );
  });
});

test("a broken file is refused with its problems, whatever the command line says", () => {
  const text = "llm: { provider: { backend: codx } }";
  expect(() => resolve(text, { model: "gpt-5.5" })).toThrow(
    expect.objectContaining({
      parts: expect.objectContaining({ why: expect.stringContaining("ktx.yaml:1:29") }),
    }),
  );
});
