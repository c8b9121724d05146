import { describe, expect, test } from "vitest";
import { classifyFailure } from "../../src/index.ts";
import { serviceRefusals, type ServiceRefusal } from "./service-refusals.ts";

const url = "url: http://127.0.0.1:11434/v1/responses";

/** The part of a response that Codex 0.163.0 passes on: the body of a 400, nothing of 429 and 500. */
const handedOn = serviceRefusals.filter(({ status }) => ![400, 429, 500].includes(status));

describe("a refusal by another service", () => {
  test.each(serviceRefusals)("of $service, as its body: $body", ({ body, failure }) => {
    expect(classifyFailure(body)).toMatchObject(failure);
  });

  test.each(handedOn)("of $service, after the status: $body", ({ status, body, failure }) => {
    const text = `unexpected status ${status} Some Reason: ${body}, ${url}`;
    expect(classifyFailure(text)).toMatchObject(failure);
  });

  test.each(handedOn)("of $service, its sentence after the status: $body", (refusal) => {
    const { message } = classifyFailure(refusal.body);
    const text = `unexpected status ${refusal.status} Some Reason: ${message}, ${url}, request id: req_1`;
    const { kind, model } = expectation(refusal);
    expect(classifyFailure(text)).toMatchObject({ kind, ...(model && { model }) });
  });

  test("says what is wrong in the service's own sentence", () => {
    const [ollama] = serviceRefusals;
    expect(classifyFailure(ollama?.body ?? "").message).toBe(
      'model "ollama" not found, try pulling it first',
    );
  });

  test("names where it was seen", () => {
    expect(serviceRefusals.filter(({ source }) => !source.startsWith("https://"))).toEqual([]);
  });
});

function expectation({ failure }: ServiceRefusal): { kind: unknown; model: string | undefined } {
  return { kind: failure.kind, model: "model" in failure ? failure.model : undefined };
}

/** Texts of Codex that people report, in its issues and those of the services. */
test.each([
  [
    "https://github.com/ollama/ollama/issues/16530",
    "unexpected status 404 Not Found: model 'gpt-5.5' not found, url: http://127.0.0.1:11434/v1/responses",
    { kind: "model-unavailable", model: "gpt-5.5", message: "model 'gpt-5.5' not found" },
  ],
  [
    "https://github.com/openai/codex/issues/42536",
    "unexpected status 404 Not Found: Unknown error, url: https://chatgpt.com/backend-api/codex/responses, cf-ray: a35594644e22dcc2-FRA, request id: 01a067c1-fa5d-7a45-908e-696e674fc9c1",
    { kind: "invalid-request", httpStatus: 404, message: "Unknown error" },
  ],
  [
    "https://github.com/Wei-Shaw/claude-relay-service/issues/1033",
    'unexpected status 404 Not Found: {"error":"Not Found","message":"Route /api/responses not found"}, url: https://example.com/api/responses, request id: iv9p9wrps9',
    { kind: "invalid-request", httpStatus: 404, message: "Route /api/responses not found" },
  ],
  [
    "https://github.com/openai/codex/issues/3899",
    "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.",
    { kind: "usage-limit", resetsAt: { text: "5 days 22 hours 11 minutes" } },
  ],
])("a report, %s, has its kind", (_, text, failure) => {
  expect(classifyFailure(text, { model: "gpt-5.5" })).toMatchObject(failure);
});

test("a gateway's code in the body counts for more than the status of its own response", () => {
  const body = JSON.stringify({ error: { message: "Too many requests", code: "429" } });
  expect(
    classifyFailure(`unexpected status 503 Service Unavailable: ${body}, ${url}`),
  ).toMatchObject({ kind: "rate-limit", httpStatus: 429 });
});

describe("a 404", () => {
  const notFound = (body: string): string => `unexpected status 404 Not Found: ${body}, ${url}`;

  test.each([
    "The requested model was not found",
    "deployment not found",
    "Unknown Model: llama3",
    "models/gemini-x is not found for API version v1",
  ])("that speaks of a model is one of the model: %s", (sentence) => {
    expect(classifyFailure(notFound(sentence))).toMatchObject({
      kind: "model-unavailable",
      httpStatus: 404,
    });
  });

  test("that holds the model's id is one of the model", () => {
    const text = notFound("qwen3:8b: no such thing");
    expect(classifyFailure(text, { model: "qwen3:8b" })).toMatchObject({
      kind: "model-unavailable",
      model: "qwen3:8b",
    });
    expect(classifyFailure(text, { model: "gpt-5.5" }).kind).toBe("invalid-request");
  });

  test.each(["404 page not found", "Cannot POST /v1/responses"])(
    "that speaks of something else is a refused request: %s",
    (sentence) => {
      expect(classifyFailure(notFound(sentence), { model: "gpt-5.5" }).kind).toBe(
        "invalid-request",
      );
    },
  );

  test("is the only status for which a mere mention of the model counts", () => {
    const text = `unexpected status 503 Service Unavailable: The model is busy, ${url}`;
    expect(classifyFailure(text).kind).toBe("server");
  });
});
