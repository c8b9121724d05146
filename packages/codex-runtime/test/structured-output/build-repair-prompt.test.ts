import { expect, test } from "vitest";
import { buildRepairPrompt } from "../../src/structured-output/build-repair-prompt.ts";

test("a repair is asked for with the prompt, the answer as it came, and each problem at its path", () => {
  const prompt = buildRepairPrompt("Be brief.\n\nHow many?", {
    text: '```json\n{"count":"many"}\n```',
    issues: [
      { path: "$.count", message: "expected number" },
      { path: "$.unit", message: "expected string" },
    ],
  });
  expect(prompt).toBe(
    [
      "Be brief.",
      "",
      "How many?",
      "",
      "You have answered this before, and the answer could not be accepted. It was:",
      "",
      "<answer>",
      "```json",
      '{"count":"many"}',
      "```",
      "</answer>",
      "",
      "What is wrong with it, each at its path. $ is the whole answer, and an entry of a list of keys and values is found under its key:",
      "",
      "<problems>",
      "- $.count: expected number",
      "- $.unit: expected string",
      "</problems>",
      "",
      "Give the whole answer again, corrected. Keep all of it that was right: there are no tools to find it out again.",
    ].join("\n"),
  );
});
