import type { CodexModel } from "@ktx/codex-runtime";
import { expect, test } from "vitest";
import { arrangeModels } from "../../src/project/arrange-models.ts";

const model = (id: string, given: Partial<CodexModel> = {}): CodexModel => ({
  id,
  name: id,
  description: `About ${id}.`,
  reasoningLevels: [],
  supportedInApi: true,
  listed: true,
  ...given,
});

const standings = (models: readonly CodexModel[], defaultModel: string | undefined) =>
  arrangeModels(models, defaultModel).map(({ model: { id }, standing }) => `${id} ${standing}`);

test("the default comes first, then the current ones, the retired and the hidden, each in Codex's order", () => {
  const models = [
    model("hidden", { listed: false }),
    model("old", { successor: "new" }),
    model("new"),
    model("small"),
    model("default", { successor: "new" }),
  ];
  expect(standings(models, "default")).toEqual([
    "default recommended",
    "new current",
    "small current",
    "old retired",
    "hidden hidden",
  ]);
});

test("where Codex no longer lists the default, its own first current choice is recommended", () => {
  const models = [
    model("hidden", { listed: false }),
    model("old", { successor: "new" }),
    model("new"),
  ];
  expect(standings(models, "default")).toEqual(["new recommended", "old retired", "hidden hidden"]);
});

test("the default says why it is one, instead of what Codex calls it", () => {
  const models = [model("default", { description: "Legacy.", successor: "new" }), model("other")];
  expect(arrangeModels(models, "default").map(({ purpose }) => purpose)).toEqual([
    "The default of ktx: it works with a ChatGPT plan and with an API key. Newer, where your account has it: new.",
    "About other.",
  ]);
});

test("where another service is used, none is recommended, and each has Codex's own words", () => {
  const models = [model("default", { successor: "new" }), model("new")];
  expect(standings(models, undefined)).toEqual(["new current", "default retired"]);
  expect(arrangeModels(models, undefined).map(({ purpose }) => purpose)).toEqual([
    "About new.",
    "About default.",
  ]);
});

test("without models there is nothing to arrange", () => {
  expect(arrangeModels([], "default")).toEqual([]);
});
