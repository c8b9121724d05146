import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CodexKtxLlmRuntime, type CodexTransport } from "../src/index.ts";
import { fakeRunner } from "./fake-runner.ts";
import { answered, fakeBridge, loop, runtimeOn, search } from "./runtime-on-fakes.ts";

describe("what can not be asked", () => {
  const cases: readonly (readonly [
    string,
    (runtime: CodexKtxLlmRuntime) => Promise<unknown>,
    RegExp,
  ])[] = [
    [
      "a model id that is not allowed",
      (runtime) => runtime.generateText({ role: "odd", prompt: "Well?" }),
      /^Unsupported Codex model "claude-x"\. Expected .*"gpt-".*Change the model slot/,
    ],
    [
      "a call without a role",
      (runtime) => runtime.generateText({ prompt: "Well?" } as never),
      /^Expected the role to be a string, got undefined\. Write `role: "default"`/,
    ],
    [
      "an agent loop whose role is a number",
      (runtime) => runtime.runAgentLoop({ ...loop({}), modelRole: 5 as never }),
      /^Expected the role to be a string, got 5\./,
    ],
    [
      "an empty prompt",
      (runtime) => runtime.generateText({ role: "default", prompt: " \n" }),
      /^Expected a prompt, got an empty text/,
    ],
    [
      "a prompt of 2 MB",
      (runtime) => runtime.generateText({ role: "default", prompt: "x".repeat(2_000_000) }),
      /^Expected at most 1048576 characters .*got 2000000/,
    ],
    [
      "a step budget below 1",
      (runtime) => runtime.runAgentLoop(loop({ stepBudget: 0 })),
      /^Expected `stepBudget` to be a whole number from 1, got 0/,
    ],
    [
      "a step budget that is no whole number",
      (runtime) => runtime.runAgentLoop(loop({ stepBudget: 1.5 })),
      /^Expected `stepBudget` to be a whole number from 1, got 1\.5/,
    ],
    ...[null, false, true].map(
      (approver): readonly [string, (runtime: CodexKtxLlmRuntime) => Promise<unknown>, RegExp] => [
        `${approver} in the place of an approver`,
        (runtime) =>
          runtime.generateText({
            role: "default",
            prompt: "Go.",
            approveToolCall: approver as never,
          }),
        /^Expected `approveToolCall` to be a function, got (?:null|false|true)\. Leave it out/,
      ],
    ),
    [
      "two tools of one name",
      (runtime) => runtime.runAgentLoop(loop({ toolSet: { one: search, two: search } })),
      /two.*wiki_search.*one/s,
    ],
    [
      "two tools whose names Codex would make one",
      (runtime) =>
        runtime.runAgentLoop(
          loop({ toolSet: { one: search, two: { ...search, name: "wiki-search" } } }),
        ),
      /"two".*"wiki-search", which becomes "wiki_search" like "wiki_search" of tool "one"/s,
    ],
    [
      "a tool whose input takes a file",
      (runtime) =>
        runtime.generateText({
          role: "default",
          prompt: "Look.",
          tools: { look: { ...search, inputSchema: z.object({ images: z.array(z.file()) }) } },
        }),
      /"look".*a file, which no client can send \(at \$\.images\[\]\)\. Use z\.base64\(\)/s,
    ],
    [
      "a tool whose input is an instance of a class",
      (runtime) =>
        runtime.generateObject({
          role: "default",
          prompt: "Look.",
          schema: z.object({}),
          tools: { open: { ...search, inputSchema: z.object({ url: z.instanceof(URL) }) } },
        }),
      /"open".*z\.instanceof\(\) \(at \$\.url\)/s,
    ],
    [
      "a tool that requires what takes no value",
      (runtime) =>
        runtime.describeIsolation({
          toolSet: { odd: { ...search, inputSchema: z.object({ a: z.never() }) } },
        }),
      /"odd".*no call is possible \(at \$\.a\)/s,
    ],
    [
      "a tool with an illegal name",
      (runtime) => runtime.runAgentLoop(loop({ toolSet: { odd: { ...search, name: "a b" } } })),
      /odd.*a b/s,
    ],
    [
      "an image for an injected runner",
      (runtime) =>
        runtime.generateText({ role: "default", prompt: "Look.", images: [{ path: "a.png" }] }),
      /^Expected a prompt without images: an injected runner takes only text\./,
    ],
    [
      "an input schema that is no object",
      (runtime) =>
        runtime.runAgentLoop(
          loop({
            toolSet: { odd: { ...search, inputSchema: z.string() as unknown as z.ZodObject } },
          }),
        ),
      /odd.*inputSchema/s,
    ],
  ];

  test.each(cases)("%s is refused before anything is started", async (_, ask, expected) => {
    const bridge = fakeBridge();
    const runner = fakeRunner(answered);
    const runtime = runtimeOn(runner, {
      modelSlots: { default: "codex", odd: "claude-x" },
      startMcpServer: bridge.start,
    });
    await expect(ask(runtime)).rejects.toThrow(expected);
    expect({ runs: runner.inputs, bridges: bridge.started }).toEqual({ runs: [], bridges: [] });
  });

  test("any model id is allowed on an endpoint of the caller's own", async () => {
    const runner = fakeRunner(answered);
    await runtimeOn(runner, {
      modelSlots: { default: "llama3:8b" },
      endpoint: { baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: "MY_KEY" },
    }).generateText({ role: "default", prompt: "Well?" });
    expect(runner.inputs[0]?.model).toBe("llama3:8b");
    expect(runner.inputs[0]?.configOverrides).toMatchObject({
      model_provider: "ktx-endpoint",
      model_providers: {
        "ktx-endpoint": {
          base_url: "http://127.0.0.1:1/v1",
          env_key: "MY_KEY",
          wire_api: "responses",
          supports_websockets: false,
        },
      },
    });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    "a time limit of %d is refused",
    (timeoutMs) => {
      expect(() => runtimeOn(fakeRunner([]), { timeoutMs })).toThrow(
        /^Expected `timeoutMs` to be a whole number of milliseconds/,
      );
    },
  );

  test.each<readonly [what: string, transport: unknown, got: string]>([
    ["a name that there is none of", "telepathy", '"telepathy"'],
    ["null", null, "null"],
    ["an object that is no transport", { runStreamed: () => {} }, "an object without `openThread`"],
    ["a number", 5, "5"],
  ])("%s is refused as a transport", (_, given, got) => {
    const options = { projectDir: "/project", modelSlots: { default: "codex" } };
    const transport = given as CodexTransport;
    expect(() => new CodexKtxLlmRuntime({ ...options, transport })).toThrow(
      `Expected \`transport\` to be "auto", "exec" or "app-server", got ${got}. Leave it out for "auto".`,
    );
  });
});

describe("options without those that are needed", () => {
  test.each([
    undefined,
    null,
    "gpt-5.5",
    {},
    { projectDir: "." },
    { projectDir: 5, modelSlots: { default: "gpt-5.5" } },
    { projectDir: ".", modelSlots: null },
  ])("are refused: %o", (options) => {
    expect(() => new CodexKtxLlmRuntime(options as never)).toThrow(
      /^Expected options with `projectDir`, a path, and `modelSlots`/,
    );
  });
});

describe("an isolation that there is not", () => {
  test.each(["Strict", "none", "", null, true, {}])("is refused: %o", (isolation) => {
    const options = { projectDir: ".", modelSlots: { default: "gpt-5.5" }, isolation };
    expect(() => new CodexKtxLlmRuntime(options as never)).toThrow(
      /^Expected `isolation` to be "strict" or "host", got .*Leave it out for "strict"\.$/,
    );
  });
});
