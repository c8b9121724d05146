import { describe, expect, test } from "vitest";
import { resolveConfig, type WrittenConfig } from "../src/index.ts";

type Provider = NonNullable<NonNullable<WrittenConfig["llm"]>["provider"]>;

function codexConfig(
  codex?: Provider["codex"],
  models: Record<string, string> = { default: "gpt-5.5" },
): WrittenConfig {
  return { llm: { provider: { backend: "codex", codex }, models } };
}

function codexOf(written: WrittenConfig) {
  const llm = resolveConfig(written).config?.llm;
  return llm?.backend === "codex" ? llm.codex : undefined;
}

test.each([
  ["an empty config", {}],
  ["a config without a provider", { llm: { models: { default: "gpt-5.5" } } }],
  ["the backend none", { llm: { provider: { backend: "none" as const } } }],
])("%s resolves to the backend none, which needs no model", (_, written) => {
  expect(resolveConfig(written)).toEqual({ config: { llm: { backend: "none" } }, problems: [] });
});

test("without codex settings isolation is strict, the session pays and OpenAI serves", () => {
  expect(codexOf(codexConfig())).toEqual({
    isolation: "strict",
    auth: { kind: "session" },
    endpoint: undefined,
  });
});

describe("an endpoint", () => {
  const endpoint = { base_url: "http://127.0.0.1:11434/v1" };

  test("has no key but its own", () => {
    expect(codexOf(codexConfig({ endpoint: { ...endpoint, api_key_env: "MY_KEY" } }))).toEqual({
      isolation: "strict",
      auth: { kind: "api-key", apiKeyEnv: "MY_KEY" },
      endpoint: { baseUrl: "http://127.0.0.1:11434/v1", apiKeyEnv: "MY_KEY" },
    });
    expect(codexOf(codexConfig({ endpoint, api_key_env: "OPENAI_KEY" }))).toEqual({
      isolation: "strict",
      auth: { kind: "none" },
      endpoint: { baseUrl: "http://127.0.0.1:11434/v1", apiKeyEnv: undefined },
    });
  });

  test("may have any model id", () => {
    expect(resolveConfig(codexConfig({ endpoint }, { default: "qwen3:8b" })).problems).toEqual([]);
  });

  test("does not make `default` in a role mean llm.models.default", () => {
    const models = { default: "qwen3:8b", triage: "default" };
    const { problems } = resolveConfig(codexConfig({ endpoint }, models));
    expect(problems.map(({ code }) => code)).toEqual(["misleading-alias"]);
  });

  test("needs a default model all the same", () => {
    const { config, problems } = resolveConfig(codexConfig({ endpoint }, {}));
    expect([config, problems.map(({ code }) => code)]).toEqual([
      undefined,
      ["missing-default-model"],
    ]);
  });
});

test.each(["codex", "default", "gpt-5.5", "gpt-oss", "codex-mini-latest"])(
  "%s may be the default model of Codex",
  (model) => {
    expect(resolveConfig(codexConfig(undefined, { default: model })).problems).toEqual([]);
  },
);

test.each(["gpt", "codex-", "o3", "claude-sonnet", "GPT-5.5", "my-gpt-5", "Default"])(
  "%s may not be a model of Codex",
  (model) => {
    const { config, problems } = resolveConfig(codexConfig(undefined, { default: model }));
    expect([config, problems.map(({ code }) => code)]).toEqual([undefined, ["unsupported-model"]]);
  },
);
