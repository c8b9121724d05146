import { InvalidArgumentError } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { readSettings, unsupportedSettings } from "../src/call-settings.ts";

test("the settings of a call outrank those of its model", () => {
  const ofModel = { isolation: "host", tokenBudget: 10 };
  expect(readSettings(ofModel, { providerOptions: { ktx: { tokenBudget: 20 } } })).toEqual({
    isolation: "host",
    tokenBudget: 20,
  });
  expect(readSettings({ timeoutMs: undefined }, {})).toEqual({});
});

test.each([
  { tokenBudgets: 1 },
  { tokenBudget: 0 },
  { isolation: "none" },
  { reasoningEffort: "very high" },
  { isolation: null },
])("settings that ktx does not take are refused by name: %j", (given) => {
  const read = (): unknown => readSettings({}, { providerOptions: { ktx: given } });
  expect(read).toThrow(/^Expected providerOptions\.ktx to be settings of ktx\..*Known are: /s);
  expect(read).toThrow(expect.toSatisfy(InvalidArgumentError.isInstance));
});

test("the effort of the AI SDK's `reasoning` gives way to that of ktx", () => {
  const effortOf = (call: Parameters<typeof readSettings>[1]): string | undefined =>
    readSettings({ reasoningEffort: "low" }, call).reasoningEffort;
  expect(effortOf({ reasoning: "provider-default" })).toBe("low");
  expect(effortOf({ reasoning: "high" })).toBe("high");
  const providerOptions = { ktx: { reasoningEffort: "minimal" } };
  expect(effortOf({ reasoning: "high", providerOptions })).toBe("minimal");
});

test("each setting that Codex does not take is a warning", () => {
  const warnings = unsupportedSettings({
    prompt: [],
    temperature: 0,
    seed: 1,
    toolChoice: { type: "required" },
    tools: [{ type: "provider", id: "openai.web_search", name: "web", args: {} }],
    responseFormat: { type: "json" },
    headers: { "user-agent": "ai/7", "x-own": "1" },
  });
  expect(warnings.map((warning) => warning.type === "unsupported" && warning.feature)).toEqual([
    "temperature",
    "seed",
    "toolChoice",
    "tool openai.web_search",
    "headers",
  ]);
});
