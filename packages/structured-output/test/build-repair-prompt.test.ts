import { expect, test } from "vitest";
import { buildRepairFollowUp, buildRepairPrompt } from "../src/index.ts";

const issues = [
  { path: "$.count", message: "expected number" },
  { path: "$.unit", message: "expected string" },
];

const errors = [
  "Validation errors (`$` is the whole answer; map entries appear under their key):",
  "",
  "<errors>",
  "- $.count: expected number",
  "- $.unit: expected string",
  "</errors>",
];

test.each([
  ["", false],
  [
    " Earlier tool results are still valid. Call a tool again only if information is missing.",
    true,
  ],
])("in its own thread, a repair prompt gives each error at its path:%s", (aboutTools, hasTools) => {
  expect(buildRepairFollowUp({ issues }, hasTools).split("\n")).toEqual([
    `Your last message is not a valid answer. ${errors[0]}`,
    ...errors.slice(1),
    "",
    `Reply with the complete corrected answer. Keep every part that is valid.${aboutTools}`,
  ]);
});

test("in another thread, a repair prompt gives the first prompt, the unchanged answer, and each error at its path", () => {
  const prompt = buildRepairPrompt("Be brief.\n\nHow many?", {
    text: '```json\n{"count":"many"}\n```',
    issues,
  });
  expect(prompt).toBe(
    [
      "Be brief.",
      "",
      "How many?",
      "",
      "Your earlier answer to this is not valid:",
      "",
      "<answer>",
      "```json",
      '{"count":"many"}',
      "```",
      "</answer>",
      "",
      ...errors,
      "",
      "Reply with the complete corrected answer. Keep every part that is valid. No tools are available now.",
    ].join("\n"),
  );
});
