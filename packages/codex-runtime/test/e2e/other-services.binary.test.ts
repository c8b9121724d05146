import { refuse, type SimReply, usedUpPlan } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { CodexError } from "../../src/index.ts";
import { onEachTransport } from "./scene.ts";

/** Answers of other services, as `service-refusals.ts` of codex-events has them with their sources. */
const refusals: readonly (readonly [string, SimReply, object])[] = [
  [
    "Ollama, which has not pulled the model",
    refuse(404, {
      error: { message: 'model "gpt-5.5" not found, try pulling it first', type: "api_error" },
    }),
    { kind: "model-unavailable", model: "gpt-5.5", httpStatus: 404 },
  ],
  [
    "Ollama in its older spelling",
    refuse(404, { error: "model 'gpt-5.5' not found, try pulling it first" }),
    { kind: "model-unavailable", model: "gpt-5.5", httpStatus: 404 },
  ],
  [
    "vLLM, which serves another model",
    refuse(404, {
      object: "error",
      message: "The model `gpt-5.5` does not exist.",
      type: "NotFoundError",
      param: null,
      code: 404,
    }),
    { kind: "model-unavailable", model: "gpt-5.5", httpStatus: 404 },
  ],
  [
    "LM Studio without a model",
    refuse(400, {
      error:
        "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
    }),
    { kind: "model-unavailable", model: "gpt-5.5" },
  ],
  [
    "llama.cpp with too small a context",
    refuse(400, {
      error: {
        code: 400,
        message:
          "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
        type: "exceed_context_size_error",
      },
    }),
    { kind: "context-length", httpStatus: 400 },
  ],
  [
    "llama.cpp while it loads the model",
    refuse(503, { error: { code: 503, message: "Loading model", type: "unavailable_error" } }),
    { kind: "server", httpStatus: 503, retryable: true },
  ],
  [
    "LiteLLM, which has the provider's 429 in a body of its own",
    refuse(400, {
      error: {
        message: "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached",
        type: "throttling_error",
        param: null,
        code: "429",
      },
    }),
    { kind: "rate-limit", httpStatus: 429 },
  ],
  [
    "OpenRouter without credits",
    refuse(402, {
      error: {
        message: "This request requires more credits, or fewer max_tokens.",
        code: 402,
      },
    }),
    { kind: "usage-limit", httpStatus: 402, retryable: false },
  ],
];

onEachTransport("a refusal by", ({ startScene }) => {
  test.each(refusals)("%s is named for what it is", async (_, refusal, failure) => {
    await using scene = await startScene(() => refusal, { maxRetries: 0 });
    const error: unknown = await scene.runtime
      .generateText({ role: "default", prompt: "Hi!" })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof CodexError)) throw error;
    expect(error.failure).toMatchObject(failure);
    expect(error.failure.message).not.toMatch(/unexpected status|url: /);
  });
});

const precisions = { exec: "minute", "app-server": "second" } as const;

onEachTransport("a plan's usage limit", ({ transport, startScene }) => {
  const resetsAt = 4_102_444_800;
  const usedUp = usedUpPlan(resetsAt);

  test(`names its reset to the ${precisions[transport]}`, async () => {
    await using scene = await startScene(() => usedUp, { maxRetries: 0 });
    const error: unknown = await scene.runtime
      .generateText({ role: "default", prompt: "Hi!" })
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof CodexError)) throw error;
    expect(error.failure).toMatchObject({
      kind: "usage-limit",
      resetsAt: { precision: precisions[transport], atMs: resetsAt * 1_000 },
    });
  });
});
