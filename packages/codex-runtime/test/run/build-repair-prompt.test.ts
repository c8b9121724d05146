import { expect, test } from "vitest";
import { buildRepairFollowUp, buildRepairPrompt } from "../../src/run/build-repair-prompt.ts";

const issues = [
  { path: "$.count", message: "expected number" },
  { path: "$.unit", message: "expected string" },
];

const problems = [
  "What is wrong with it, each at its path. $ is the whole answer, and an entry of a list of keys and values is found under its key:",
  "",
  "<problems>",
  "- $.count: expected number",
  "- $.unit: expected string",
  "</problems>",
];

test.each([
  ["", false],
  [" What the tools told and did still holds: call one again only for what is missing.", true],
])(
  "in its own thread, a repair is asked for with each problem at its path:%s",
  (aboutTools, hasTools) => {
    expect(buildRepairFollowUp({ issues }, hasTools).split("\n")).toEqual([
      `Your last message could not be accepted as the answer. ${problems[0]}`,
      ...problems.slice(1),
      "",
      `Give the whole answer again, corrected. Keep all of it that was right.${aboutTools}`,
    ]);
  },
);

test("in another thread, a repair is asked for with the prompt, the answer as it came, and each problem at its path", () => {
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
      "You have answered this before, and the answer could not be accepted. It was:",
      "",
      "<answer>",
      "```json",
      '{"count":"many"}',
      "```",
      "</answer>",
      "",
      ...problems,
      "",
      "Give the whole answer again, corrected. Keep all of it that was right: there are no tools to find it out again.",
    ].join("\n"),
  );
});
