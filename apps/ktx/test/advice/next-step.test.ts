import { classifyFailure, describeFailure, failureKinds } from "@ktx/codex-events";
import { describe, expect, test } from "vitest";
import type { ConnectionFault } from "../../src/network/find-connection-fault.ts";
import { type AdviceScene, nextStep } from "../../src/advice/next-step.ts";

const session: AdviceScene = {
  auth: { kind: "session" },
  endpoint: undefined,
  setVariables: new Set(),
};
const localEndpoint = { baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: undefined };
const local: AdviceScene = { ...session, auth: { kind: "none" }, endpoint: localEndpoint };

function withKey(apiKeyEnv: string, ...set: readonly string[]): AdviceScene {
  return { ...session, auth: { kind: "api-key", apiKeyEnv }, setVariables: new Set(set) };
}

describe("a missing or refused sign-in", () => {
  test.each([
    ["no account is known", undefined, /^Authenticate Codex: run `ktx login`, or name a variable/],
    ["the session is used", session, /^Authenticate Codex: run `ktx login`, or name a variable/],
    [
      "only OPENAI_API_KEY is set",
      { ...session, setVariables: new Set(["OPENAI_API_KEY"]) },
      /^OPENAI_API_KEY is set, and Codex reads only CODEX_API_KEY\. Run `ktx login`, or set/,
    ],
    [
      "both keys are set",
      { ...session, setVariables: new Set(["OPENAI_API_KEY", "CODEX_API_KEY"]) },
      /^Authenticate Codex: run `ktx login`/,
    ],
    ["a named key is not set", withKey("MY_KEY"), /^Set MY_KEY to the API key/],
    ["a named key is set", withKey("MY_KEY", "MY_KEY"), /^Set MY_KEY to a key that is valid\.$/],
    [
      "CODEX_API_KEY is named, and only OPENAI_API_KEY is set",
      withKey("CODEX_API_KEY", "OPENAI_API_KEY"),
      /^OPENAI_API_KEY is set\. Set CODEX_API_KEY, too, or set llm\.provider\.codex\.api_key_env/,
    ],
    ["an endpoint is used without a key", local, /endpoint\.api_key_env\.$/],
  ] as const)("where %s has its own next step", (_, scene, step) => {
    expect(nextStep({ kind: "auth" }, scene)).toMatch(step);
  });

  test("in the keyring, or in a folder that may not be read, is no case for another login alone", () => {
    expect(nextStep({ kind: "auth", problem: "credentials-in-keyring" }, session)).toMatch(
      /cli_auth_credentials_store = "file".*`ktx login` again\.$/,
    );
    expect(nextStep({ kind: "auth", problem: "sign-in-unreadable" }, session)).toMatch(
      /^Check CODEX_HOME/,
    );
  });
});

test("a model that is not available is looked up where it comes from", () => {
  expect(nextStep({ kind: "model-unavailable" }, session)).toContain("`ktx models`");
  expect(nextStep({ kind: "model-unavailable" }, local)).toContain("the endpoint serves");
});

describe("a service that does not answer", () => {
  const at = (baseUrl: string): AdviceScene => ({
    ...local,
    endpoint: { baseUrl, apiKeyEnv: undefined },
  });

  test.each([
    [
      "on this machine is to be started",
      local,
      /^Start that service, or correct llm\..*base_url\.$/,
    ],
    [
      "of a preset has its own command",
      at("http://127.0.0.1:11434/v1"),
      /^Start it with `ollama serve`/,
    ],
    [
      "of others is not to be started",
      at("https://openrouter.ai/api/v1"),
      /^Check the network and the proxy, or correct/,
    ],
    ["without an endpoint is OpenAI's", session, /^Check the network/],
    [
      "of the command line has its address there",
      { ...local, given: { endpoint: true } },
      /or correct --endpoint\.$/,
    ],
  ] as const)("%s", (_, scene, step) => {
    expect(nextStep({ kind: "network" }, scene)).toMatch(step);
  });

  const host = "127.0.0.1:1";
  test.each<[string, ConnectionFault, RegExp]>([
    [
      "a dead proxy",
      { cause: "proxy", host, detail: "it refuses the connection", variable: "HTTPS_PROXY" },
      /^Start that proxy, or correct or unset HTTPS_PROXY\.$/,
    ],
    [
      "a certificate that is not trusted",
      { cause: "tls", host, detail: "", problem: "untrusted" },
      /in SSL_CERT_FILE, or correct llm\./,
    ],
    [
      "a service without TLS",
      { cause: "tls", host, detail: "", problem: "no-tls" },
      /^Write http:\/\/ in llm\./,
    ],
    ["a service that is there again", { cause: "none", host }, /^Try again\.$/],
  ])("has the step of its cause: %s", (_, fault, step) => {
    expect(nextStep({ kind: "network" }, local, fault)).toMatch(step);
  });
});

describe("a request that an endpoint refuses", () => {
  const refused = (httpStatus: number, body: string) =>
    ({
      kind: "invalid-request",
      httpStatus,
      raw: `unexpected status ${httpStatus} Some Words: ${body}, url: http://127.0.0.1:1/x`,
    }) as const;
  const page = "<html>\n<head><title>Not here</title></head></html>";

  test.each([404, 405])("with %i and a web page has a wrong URL", (status) => {
    expect(nextStep(refused(status, page), local)).toBe(
      "Set llm.provider.codex.endpoint.base_url to the base URL of a model service.",
    );
    expect(nextStep(refused(status, page), { ...local, given: { endpoint: true } })).toBe(
      "Set --endpoint to the base URL of a model service.",
    );
  });

  test.each(["404 page not found", '{"detail":"Not Found"}', "Cannot POST /v1/responses", ""])(
    "with 404 and %j may have a wrong URL",
    (body) => {
      expect(nextStep(refused(404, body), local)).toBe(
        "Correct the request as the message says, or set llm.provider.codex.endpoint.base_url to the base URL of a model service.",
      );
    },
  );

  test("with another status, or by OpenAI, has the step of any request", () => {
    const any = "Correct the request as the message says; trying again unchanged will not help.";
    expect(nextStep(refused(400, page), local)).toBe(any);
    expect(nextStep(refused(404, page), session)).toBe(any);
    expect(nextStep({ kind: "invalid-request" }, local)).toBe(any);
  });
});

test("a value of the command line is to be corrected there", () => {
  const given = { model: true, endpoint: true };
  expect(nextStep({ kind: "model-unavailable" }, { ...local, given })).toMatch(/^Give --model/);
  expect(nextStep({ kind: "model-unavailable" }, { ...session, given })).toMatch(/^Give --model/);
  expect(nextStep({ kind: "auth" }, { ...local, given })).toMatch(/with --api-key-env\.$/);
});

test("an open chat sends its prompt again, and changes what it can change", () => {
  const chat = { ...session, isChat: true };
  expect(nextStep({ kind: "rate-limit" }, chat)).toBe("Wait a moment, then send the prompt again.");
  expect(nextStep({ kind: "timeout" }, chat)).toContain("start the chat with a longer --timeout");
  expect(nextStep({ kind: "model-unavailable" }, chat)).toContain("/model <name>");
  expect(nextStep({ kind: "model-unavailable" }, { ...local, isChat: true })).toContain(
    "the endpoint serves",
  );
  expect(nextStep({ kind: "content-policy" }, chat)).toBe(
    nextStep({ kind: "content-policy" }, session),
  );
});

test("a usage limit of a key, or of a service without one, has no step of a plan", () => {
  const limit = classifyFailure("You've hit your usage limit. Try again at 6:13 PM.");
  expect(limit).toMatchObject({ kind: "usage-limit", resetsAt: { text: "6:13 PM" } });
  expect(nextStep(limit, session)).toContain("or use an API key");
  expect(nextStep(limit, withKey("MY_KEY", "MY_KEY"))).toBe(
    "Wait until the limit resets, or buy credits.",
  );
  expect(nextStep(limit, local)).toBe("Wait until the limit resets.");
});

test.each([
  "Quota exceeded. Check your plan and billing details.",
  "You exceeded your current quota, please check your plan and billing details.",
  "This request requires more credits, or fewer max_tokens.",
  "Your credit balance is too low to access the Anthropic API.",
])("a balance that is used up never resets, so nobody is to wait for it: %s", (text) => {
  const failure = classifyFailure(text);
  expect(failure.kind).toBe("usage-limit");
  for (const scene of [local, withKey("MY_KEY", "MY_KEY")])
    expect(nextStep(failure, scene)).toBe(
      "Buy credits if a prepaid balance is used up, since it does not reset; else try again later.",
    );
});

test.each(failureKinds)(
  "the step after %s names commands of ktx on the command line, and none of its flags in a program",
  (kind) => {
    for (const scene of [undefined, session, local, withKey("MY_KEY")])
      expect(nextStep({ kind }, scene)).toMatch(/^(?!.*`codex )[A-Z].*\.$/s);
    expect(describeFailure({ kind }, "api")).toMatch(/^(?!.*(?:`ktx (?!threads)| --))[A-Z].*\.$/s);
  },
);
