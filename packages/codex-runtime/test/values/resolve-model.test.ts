import { expect, test } from "vitest";
import { checkModel, RuntimeInputError } from "../../src/index.ts";

const account = { customEndpoint: false };
const endpoint = { customEndpoint: true };

test.each([
  ["codex", "gpt-5.5"],
  ["default", "gpt-5.5"],
  ["gpt-6.1-sol", "gpt-6.1-sol"],
  ["codex-mini-latest", "codex-mini-latest"],
  [" gpt-5.5 ", "gpt-5.5"],
])("%j stands for %j on any service", (id, model) => {
  expect([checkModel(id, account), checkModel(id, endpoint)]).toEqual([model, model]);
});

test.each(["claude-sonnet", "gpt", "gpt-", "o3", "", "gpt-5 .5", "my-gpt-5"])(
  "%j is no model of the signed-in account",
  (id) => {
    expect(() => checkModel(id, account)).toThrow(RuntimeInputError);
    expect(() => checkModel(id, account)).toThrow(`Unsupported Codex model "${id}". Expected`);
  },
);

test.each(["llama3:8b", "o3", "org/model"])("%j is a model of an endpoint of one's own", (id) => {
  expect(checkModel(id, endpoint)).toBe(id);
});

test("no endpoint has a model without a name", () => {
  expect(() => checkModel(" ", endpoint)).toThrow('Unsupported Codex model " ".');
});

test("an id with half a surrogate pair is one that Codex can read", () => {
  const id = "model-😀".slice(0, -1);
  expect(checkModel(id, endpoint)).toBe("model-\uFFFD");
  expect(checkModel(`gpt-${id}`, account)).toBe("gpt-model-\uFFFD");
});
