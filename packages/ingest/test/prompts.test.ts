import { expect, test } from "vitest";
import { unitKey } from "../src/plan/unit-key.ts";
import { loadRecipes } from "../src/run/recipes.ts";

const models = { extract: "gpt-5.5", reconcile: "gpt-5.5" };
const text = { path: "a.md", reader: "markdown@1", lines: ["A refund is paid."] };

test("a key depends on the text, its reader, the prompt, the tools and the model, and on nothing else", async () => {
  const { unit } = await loadRecipes(models);
  const keys = [
    unitKey(text, unit),
    unitKey({ ...text, lines: ["A refund is due."] }, unit),
    unitKey({ ...text, path: "b.md" }, unit),
    unitKey({ ...text, reader: "markdown@2" }, unit),
    unitKey(text, { ...unit, prompt: "other" }),
    unitKey(text, { ...unit, tools: "other" }),
    unitKey(text, { ...unit, model: "gpt-6" }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test("the prompts and the tools that users have paid for are these", async () => {
  // Another prompt or tool makes every unit of every project new. A change here has to be meant.
  const { unit, set } = await loadRecipes(models);
  expect([unit.prompt, unit.tools, set.prompt, set.tools].map((one) => one.slice(0, 8))).toEqual([
    "a001adc8",
    "019e3801",
    "af9f8e1d",
    "5355ffb5",
  ]);
});
