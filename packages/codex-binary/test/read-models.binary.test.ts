import { expect, test } from "vitest";
import { parseModels, readModels } from "../src/read-models.ts";
import { openTestHome } from "../../../test/open-test-home.ts";

test("the installed Codex lists its models, the default one among them, without a sign-in", async () => {
  await using home = await openTestHome();
  const listing = await readModels({ env: home.env });
  const models = listing.state === "listed" ? listing.models : [];
  expect(models.find(({ id }) => id === "gpt-5.5")).toEqual({
    id: "gpt-5.5",
    name: "GPT-5.5",
    description: expect.any(String),
    reasoningLevels: ["low", "medium", "high", "xhigh"],
    defaultReasoningLevel: "medium",
    contextWindow: 272_000,
    supportedInApi: true,
    listed: true,
    successor: expect.any(String),
  });
});

test("models come in Codex's order of preference; what a catalog does not say is absent", () => {
  const text = JSON.stringify({
    models: [{ slug: "b" }, { slug: "a", priority: 1, visibility: "list", supported_in_api: true }],
  });
  const bare = { description: "", reasoningLevels: [] };
  expect(parseModels(text)).toEqual({
    state: "listed",
    models: [
      { ...bare, id: "a", name: "a", supportedInApi: true, listed: true },
      { ...bare, id: "b", name: "b", supportedInApi: false, listed: false },
    ],
  });
});

test.each(["", "{}", '{"models":[{}]}', "error: unknown command"])(
  "%j is no catalog, and said to be none",
  (text) => {
    const reason = "`codex debug models` printed no catalog of models";
    expect(parseModels(text)).toEqual({ state: "failed", reason });
  },
);

test.each([
  ["/nowhere/codex", "the file does not exist"],
  [import.meta.filename, "it is not executable"],
  ["/bin/false", "`codex debug models` ends with exit code 1"],
])("asking %s fails since %s", async (codexPath, reason) => {
  await using home = await openTestHome();
  expect(await readModels({ env: home.env, codexPath })).toEqual({ state: "failed", reason });
});
