import { expect, test } from "vitest";
import { z } from "zod";
import type { LlmRuntime, TextPart } from "../../src/index.ts";
import { createScriptedRuntime } from "../../src/testing/index.ts";

type OnTextDelta = (part: TextPart) => unknown;

const role = "default";
const prompt = "Well?";
const schema = z.object({ n: z.number() });
const loop = { userPrompt: prompt, stepBudget: 3 };

const methods: readonly (readonly [
  string,
  (runtime: LlmRuntime, onTextDelta: OnTextDelta) => Promise<unknown>,
])[] = [
  ["generateText", (runtime, onTextDelta) => runtime.generateText({ role, prompt, onTextDelta })],
  ["streamText", (runtime, onTextDelta) => runtime.streamText({ role, prompt, onTextDelta }).text],
  [
    "generateObject",
    (runtime, onTextDelta) => runtime.generateObject({ role, prompt, schema, onTextDelta }),
  ],
  [
    "streamObject",
    (runtime, onTextDelta) => runtime.streamObject({ role, prompt, schema, onTextDelta }).object,
  ],
  [
    "runAgentLoop",
    (runtime, onTextDelta) =>
      runtime.runAgentLoop({
        ...loop,
        modelRole: role,
        systemPrompt: "",
        toolSet: {},
        onTextDelta,
      }),
  ],
  [
    "generateText of a thread",
    (runtime, onTextDelta) => runtime.openThread({ role }).generateText({ prompt, onTextDelta }),
  ],
  [
    "streamText of a thread",
    (runtime, onTextDelta) => runtime.openThread({ role }).streamText({ prompt, onTextDelta }).text,
  ],
  [
    "generateObject of a thread",
    (runtime, onTextDelta) =>
      runtime.openThread({ role }).generateObject({ prompt, schema, onTextDelta }),
  ],
  [
    "streamObject of a thread",
    (runtime, onTextDelta) =>
      runtime.openThread({ role }).streamObject({ prompt, schema, onTextDelta }).object,
  ],
  [
    "runAgentLoop of a thread",
    (runtime, onTextDelta) => runtime.openThread({ role }).runAgentLoop({ ...loop, onTextDelta }),
  ],
];

test.each(methods)("%s tells the answer as it is written", async (_, call) => {
  const parts: TextPart[] = [];
  const runtime = createScriptedRuntime([{ object: { n: 3 }, deltas: 4 }]);
  await call(runtime, (part) => parts.push(part));
  const deltas = parts.map((part) => (part.type === "text-delta" ? part.delta : part.type));
  expect(deltas.length).toBeGreaterThan(2);
  expect(deltas.join("")).toBe('{"n":3}');
});

test.each(methods)("an error of the callback costs %s nothing", async (_, call) => {
  const warnings: string[] = [];
  const runtime = createScriptedRuntime([{ object: { n: 3 } }], {
    onWarning: ({ kind }) => warnings.push(kind),
  });
  const result = call(runtime, () => {
    throw new Error("broken");
  });
  await expect(result).resolves.toBeDefined();
  expect(warnings).toEqual(["callback-failed"]);
});
