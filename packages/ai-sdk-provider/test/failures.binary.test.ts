import { APICallError, InvalidArgumentError, LoadAPIKeyError } from "@ai-sdk/provider";
import {
  neverAnswer,
  partialText,
  refuse,
  reply,
  type SimReply,
  startCodexSim,
  text,
  usedUpPlan,
} from "@ktx/codex-sim";
import type { BridgedTool } from "@ktx/mcp-bridge";
import { generateText, type LanguageModel, RetryError, streamText } from "ai";
import { describe, expect, test } from "vitest";
import { createKtx, type KtxOptions } from "../src/index.ts";
import { asking, startScene, unanswered, weather } from "./start-scene.ts";

const prompt = "Hi.";
/** The service is busy, and says for how long. */
const busyFor = (wait: string): SimReply =>
  reply([], {
    finish: {
      failed: {
        code: "rate_limit_exceeded",
        message: `Rate limit reached. Please try again in ${wait}.`,
      },
    },
  });
const busy = busyFor("20ms");

describe("a failure", () => {
  test("that may pass is retried by the AI SDK", async () => {
    await using scene = await startScene([busy, busy, reply([text("Now.")])]);
    const model = scene.ktx("gpt-5.5");
    const { text: answer } = await generateText({ model, prompt, maxRetries: 2 });
    expect(answer).toBe("Now.");
    expect(scene.sim.requests).toHaveLength(3);
  });

  test("that may pass is retried before a stream begins", async () => {
    await using scene = await startScene([busy, reply([text("Now.")])]);
    const model = scene.ktx("gpt-5.5");
    expect(await streamText({ model, prompt, maxRetries: 1 }).text).toBe("Now.");
    expect(scene.sim.requests).toHaveLength(2);
  });

  test("that stays is an error after maxRetries", async () => {
    await using scene = await startScene(() => busy);
    const model = scene.ktx("gpt-5.5");
    const failing = generateText({ model, prompt, maxRetries: 1 });
    await expect(failing).rejects.toSatisfy(RetryError.isInstance);
    expect(scene.sim.requests).toHaveLength(2);
  });

  test("carries its status, and the time after which to try again", async () => {
    await using scene = await startScene(() => busyFor("6.5s"));
    const failing = generateText({ model: scene.ktx("gpt-5.5"), prompt, maxRetries: 0 });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      statusCode: 429,
      isRetryable: true,
      responseHeaders: { "retry-after": "7", "retry-after-ms": "6500" },
      url: scene.sim.baseUrl,
      data: { kind: "rate-limit" },
    });
  });

  test("of the service is retryable, and one of the request is not", async () => {
    await using scene = await startScene([
      refuse(500, { error: { message: "Broken." } }),
      refuse(400, { error: { message: "Wrong." } }),
    ]);
    const ask = () => generateText({ model: scene.ktx("gpt-5.5"), prompt, maxRetries: 0 });
    await expect(ask()).rejects.toMatchObject({ statusCode: 500, isRetryable: true });
    await expect(ask()).rejects.toMatchObject({ statusCode: 400, isRetryable: false });
  });

  test("of the sign-in at an endpoint is the refusal of that service, and names its key", async () => {
    const script = () => refuse(401, { error: { message: "Who is it?" } });
    await using scene = await startScene(script);
    const failing = generateText({ model: scene.ktx("gpt-5.5"), prompt });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 401, isRetryable: false });
    expect(error).toHaveProperty("message", expect.stringContaining("endpoint.apiKeyEnv"));
    expect(error).toHaveProperty("message", expect.not.stringContaining("codex login"));
    expect(scene.sim.requests).toHaveLength(1);
  });

  test("of a key that is not set names its variable", async () => {
    await using sim = await startCodexSim({ script: [] });
    const endpoint = { baseUrl: sim.baseUrl, apiKeyEnv: "NO_SUCH_KEY" };
    await using ktx = createKtx({ endpoint });
    const failing = generateText({ model: ktx("gpt-5.5"), prompt });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(LoadAPIKeyError.isInstance(error)).toBe(true);
    expect(error).toHaveProperty("message", expect.stringContaining("Set NO_SUCH_KEY"));
  });

  test("carries the retry-after of the refused request", async () => {
    const busyNow = refuse(429, { error: { message: "Slow." } }, { "retry-after": "7" });
    const broken = refuse(503, { error: { message: "Busy." } }, { "retry-after": "20" });
    await using scene = await startScene([busyNow, broken]);
    const ask = () => generateText({ model: scene.ktx("gpt-5.5"), prompt, maxRetries: 0 });
    await expect(ask()).rejects.toMatchObject({
      statusCode: 429,
      isRetryable: true,
      responseHeaders: { "retry-after": "7" },
    });
    await expect(ask()).rejects.toMatchObject({
      statusCode: 503,
      isRetryable: true,
      responseHeaders: { "retry-after": "20" },
    });
  });

  test("of a plan that is used up says when it resets, and is not tried again", async () => {
    const resetsAt = Math.floor(Date.now() / 1_000) + 3_600;
    await using scene = await startScene(() => usedUpPlan(resetsAt));
    const failing = generateText({ model: scene.ktx("gpt-5.5"), prompt });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ statusCode: 429, isRetryable: false });
    const { responseHeaders } = APICallError.isInstance(error) ? error : {};
    expect(Number(responseHeaders?.["retry-after"])).toBeGreaterThan(3_000);
    expect(Number(responseHeaders?.["retry-after"])).toBeLessThanOrEqual(3_600);
    expect(scene.sim.requests).toHaveLength(1);
  });

  test("of an unknown model has the status that the service answered with", async () => {
    const gone = { error: { message: "The model does not exist.", code: "model_not_found" } };
    await using scene = await startScene([refuse(400, gone), refuse(404, gone)]);
    const ask = () => generateText({ model: scene.ktx("gpt-5.5"), prompt, maxRetries: 0 });
    await expect(ask()).rejects.toMatchObject({ statusCode: 400 });
    await expect(ask()).rejects.toMatchObject({ statusCode: 404 });
  });

  test("without any sign-in is one before anything is asked", async () => {
    await using ktx = createKtx({ env: { PATH: process.env["PATH"], HOME: "/nonexistent" } });
    const failing = generateText({ model: ktx("gpt-5.5"), prompt });
    await expect(failing).rejects.toSatisfy(LoadAPIKeyError.isInstance);
  });

  test("in the middle of a stream is an error of the stream, after its text", async () => {
    await using scene = await startScene(() => reply([partialText("Half")], { finish: "cut" }));
    const result = streamText({ model: scene.ktx("gpt-5.5"), prompt, onError: () => {} });
    const seen: string[] = [];
    for await (const part of result.fullStream)
      if (part.type === "text-delta") seen.push(part.text);
      else if (part.type === "error") seen.push(part.type);
    expect(seen).toEqual(["Half", "error"]);
  });
});

interface AskedOnce {
  readonly model: LanguageModel;
  readonly prompt: string;
  readonly abortSignal: AbortSignal;
  readonly maxRetries: number;
}

describe("an abort", () => {
  const phases: readonly (readonly [string, SimReply])[] = [
    ["before the service answers", neverAnswer()],
    ["while the model writes", reply([partialText("Half")], { finish: "stall" })],
  ];
  test.each(phases)("%s ends a call and a stream with the caller's reason", async (_, answer) => {
    let onRequest = (): void => {};
    await using scene = await startScene(() => {
      setTimeout(() => onRequest(), 20);
      return answer;
    });
    const model = scene.ktx("gpt-5.5");
    const ask = (): AskedOnce => {
      const caller = new AbortController();
      onRequest = () => caller.abort(new Error("Enough."));
      return { model, prompt, abortSignal: caller.signal, maxRetries: 0 };
    };
    await expect(generateText(ask())).rejects.toThrow("Enough.");
    const types: string[] = [];
    for await (const { type } of streamText(ask()).fullStream) types.push(type);
    expect(types.at(-1)).toBe("abort");
  });

  test("before anything starts asks nothing", async () => {
    await using scene = await startScene([reply([text("Hello.")])]);
    const abortSignal = AbortSignal.abort(new Error("No."));
    const model = scene.ktx("gpt-5.5");
    await expect(generateText({ model, prompt, abortSignal })).rejects.toThrow("No.");
    expect(scene.sim.requests).toHaveLength(0);
  });

  test("of a reader ends a stream that nobody else reads", async () => {
    await using scene = await startScene(() => reply([partialText("Half")], { finish: "stall" }));
    const { stream } = await scene.ktx("gpt-5.5").doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    const reader = stream.getReader();
    const types: (string | undefined)[] = [];
    while (types.at(-1) !== "text-delta") types.push((await reader.read()).value?.type);
    // The next part never comes.
    const next = reader.read();
    await reader.cancel();
    expect(await next).toEqual({ done: true, value: undefined });
    // The turn has ended, so nothing of it holds the provider.
    expect(await scene.ktx[Symbol.asyncDispose]()).toBeUndefined();
  });

  test("of a reader ends a stream of a model that says nothing", async () => {
    await using scene = await startScene(() => neverAnswer(), { streamStartMs: 0 });
    const { stream } = await scene.ktx("gpt-5.5").doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }],
    });
    const reader = stream.getReader();
    expect((await reader.read()).value?.type).toBe("stream-start");
    await reader.cancel();
    expect(await scene.ktx[Symbol.asyncDispose]()).toBeUndefined();
  });

  test("of nobody: a stream without a reader ends by itself", async () => {
    await using scene = await startScene(() => reply([partialText("Half")], { finish: "stall" }), {
      toolWaitMs: 50,
    });
    const { stream } = await scene.ktx("gpt-5.5").doStream({
      prompt: [
        { role: "user", content: [{ type: "text", text: "Before." }] },
        { role: "assistant", content: [{ type: "text", text: "Yes." }] },
        { role: "user", content: [{ type: "text", text: prompt }] },
      ],
    });
    const reader = stream.getReader();
    await reader.read();
    await expect(reader.closed).rejects.toThrow("Nobody has read the stream");
  });

  test("is the provider's own end for all that waits or runs", async () => {
    await using scene = await startScene(asking);
    const tools = { weather: unanswered };
    await generateText({ model: scene.ktx("gpt-5.5"), tools, prompt });
    expect(await scene.ktx[Symbol.asyncDispose]()).toBeUndefined();
    expect(await scene.ktx[Symbol.asyncDispose]()).toBeUndefined();
  });
});

test.each([
  { toolWaitMs: 0 },
  { toolWaitMs: 1.5 },
  { maxWaitingThreads: 0 },
  { toolWaitMs: Number.POSITIVE_INFINITY },
  { streamStartMs: -1 },
])("a limit out of range is refused by name: %j", (options) => {
  expect(() => createKtx(options)).toThrow(expect.toSatisfy(InvalidArgumentError.isInstance));
  expect(() => createKtx(options)).toThrow(Object.keys(options)[0]);
});

test.each([
  [null, "Expected the options of ktx to be an object, got null."],
  ["gpt-5.5", "Expected the options of ktx to be an object, got gpt-5.5."],
  [{ apiKey: "k" }, "ktx has no option `apiKey`. Set the variable CODEX_API_KEY"],
  [{ baseURL: "http://127.0.0.1:1/v1" }, "Give `endpoint: { baseUrl }`."],
  [{ toolwaitMs: 5 }, "ktx has no option `toolwaitMs`. Known are: announceBudget"],
])("options that ktx does not have are refused by name: %j", (options, message) => {
  expect(() => createKtx(options as never)).toThrow(
    expect.toSatisfy(InvalidArgumentError.isInstance),
  );
  expect(() => createKtx(options as never)).toThrow(message);
});

describe("a call that cannot be made is an error of the AI SDK", () => {
  test.each<readonly [string, KtxOptions, Partial<Parameters<typeof generateText>[0]>, string]>([
    ["an empty prompt", {}, { prompt: " " }, "AI_InvalidPromptError"],
    ["a long prompt", {}, { prompt: "x".repeat(1_100_000) }, "AI_InvalidPromptError"],
    [
      "bytes that are not an image",
      {},
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "Look." },
              { type: "file", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
            ],
          },
        ],
      },
      "AI_InvalidPromptError",
    ],
    [
      "a tool with a name that no model takes",
      {},
      { prompt, tools: { "my tool": weather } },
      "AI_InvalidArgumentError",
    ],
    ["an option of the provider", { maxRetries: -1 }, { prompt }, "AI_InvalidArgumentError"],
  ])("%s", async (_, options, call, name) => {
    await using scene = await startScene([], options);
    const model = scene.ktx("gpt-5.5");
    const asked = { model, prompt, ...call } as Parameters<typeof generateText>[0];
    if (call.messages !== undefined) delete asked.prompt;
    await expect(generateText(asked)).rejects.toMatchObject({ name });
    expect(scene.sim.requests).toHaveLength(0);
  });

  test("a tool set for Codex that cannot be offered", () => {
    const ktx = createKtx();
    const broken = { name: "no good" } as unknown as BridgedTool;
    expect(() => ktx.tools({ broken })).toThrow(expect.toSatisfy(InvalidArgumentError.isInstance));
  });
});

test("the models of the installed Codex are listed", async () => {
  await using ktx = createKtx();
  const listed = await ktx.listModels();
  expect(listed).toMatchObject({ state: "listed" });
});

test("other kinds of models are refused by name", () => {
  const ktx = createKtx();
  expect(() => ktx.embeddingModel("e")).toThrow(expect.objectContaining({ modelId: "e" }));
  expect(() => ktx.imageModel("i")).toThrow(expect.objectContaining({ modelId: "i" }));
});
