import { buildFailure, type FailureKind } from "@ktx/codex-events";
import { expect, test } from "vitest";
import { describeProbe } from "../../src/project/describe-probe.ts";

type Settings = Parameters<typeof describeProbe>[1];

const session: Settings = {
  auth: { kind: "session" },
  endpoint: undefined,
  setVariables: new Set(["MY_KEY"]),
};
const key: Settings = { ...session, auth: { kind: "api-key", apiKeyEnv: "MY_KEY" } };

function failed(kind: Exclude<FailureKind, "timeout" | "thread-unavailable">) {
  const failure = buildFailure({ kind, message: "The service's sentence." });
  return { outcome: "failed", model: "gpt-5.5", failure } as const;
}

test.each<
  [
    FailureKind & ("auth" | "model-unavailable" | "usage-limit" | "network"),
    Settings,
    string,
    string,
  ]
>([
  [
    "model-unavailable",
    session,
    "The model gpt-5.5 is not available to this account: The service's sentence.",
    "Set llm.models.default in ktx.yaml to an available model; `ktx models` lists them.",
  ],
  [
    "auth",
    session,
    "The service's sentence.",
    "Authenticate Codex: run `ktx login`, or name a variable with an API key in llm.provider.codex.api_key_env.",
  ],
  [
    "auth",
    key,
    "The key in MY_KEY was refused: The service's sentence.",
    "Set MY_KEY to a key that is valid.",
  ],
  [
    "usage-limit",
    session,
    "The service's sentence.",
    "Wait until the limit resets, buy credits, or use an API key.",
  ],
  [
    "network",
    session,
    "The service's sentence.",
    "Check the network, the proxy and the address of the model service, then try again.",
  ],
])("a turn that failed by %s", (kind, settings, message, fix) => {
  expect(describeProbe(failed(kind), settings)).toEqual({ ok: false, message, fix });
});

test("a turn that meets a rate limit says how long it lasts", () => {
  const message = "Rate limited";
  const failure = buildFailure({ kind: "rate-limit", message, retryAfterMs: 120_000 });
  const probe = { outcome: "failed", model: "gpt-5.5", failure } as const;
  expect(describeProbe(probe, session)).toMatchObject({
    message: "Rate limited. It lasts 2 minutes more.",
  });
});

test("an id that Codex does not take points at the model, never at the sign-in", () => {
  const probe = { outcome: "unsupported-model", message: "Unsupported." } as const;
  expect(describeProbe(probe, session)).toEqual({
    ok: false,
    message: "Unsupported.",
    fix: expect.stringContaining("llm.models.default"),
  });
});

test("an answer is all that is needed", () => {
  expect(describeProbe({ outcome: "answered" }, session)).toEqual({ ok: true });
});
