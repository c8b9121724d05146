import { expect, test } from "vitest";
import { findRunEndpoint, isPlainLoopback } from "../src/run-endpoint.ts";

const own = { base_url: "http://127.0.0.1:1/v1" };

test.each([
  { case: "OpenAI's own service", config: {}, env: {}, expected: { usesAccount: true } },
  {
    case: "OpenAI's own service, by a key",
    config: {},
    env: { CODEX_API_KEY: "sk" },
    expected: { usesAccount: false },
  },
  {
    case: "a custom endpoint",
    config: { model_provider: "own", model_providers: { own } },
    env: {},
    expected: { baseUrl: own.base_url, usesAccount: false },
  },
  {
    case: "a custom endpoint that takes the user's account",
    config: {
      model_provider: "own",
      model_providers: { own: { ...own, requires_openai_auth: true } },
    },
    env: {},
    expected: { baseUrl: own.base_url, usesAccount: true },
  },
  {
    case: "a custom endpoint that takes the account's key",
    config: {
      model_provider: "own",
      model_providers: { own: { ...own, requires_openai_auth: true } },
    },
    env: { CODEX_API_KEY: "sk" },
    expected: { baseUrl: own.base_url, usesAccount: false, keyVariable: "CODEX_API_KEY" },
  },
  {
    case: "a built-in provider by its name",
    config: { model_provider: "openai", model_providers: { own } },
    env: {},
    expected: { usesAccount: true },
  },
])("the endpoint of a run is read from its configuration: $case", ({ config, env, expected }) => {
  expect(findRunEndpoint(config, env)).toEqual(expected);
});

test.each([
  ["http://127.0.0.1:8080/v1", true],
  ["http://127.8.9.10/v1", true],
  ["http://localhost:11434/v1", true],
  ["http://[::1]:1/v1", true],
  ["https://127.0.0.1/v1", false],
  ["http://192.168.0.2/v1", false],
  ["http://localhost.example.com/v1", false],
  ["http://127.0.0.1.example.com/v1", false],
  ["no address", false],
])("no certificate is looked at on the way to %s: %s", (baseUrl, expected) => {
  expect(isPlainLoopback(baseUrl)).toBe(expected);
});
