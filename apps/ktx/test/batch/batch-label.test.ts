import { expect, test } from "vitest";
import { batchLabel } from "../../src/batch/batch-label.ts";

const run = { model: "gpt-5.5", endpoint: undefined, servers: [] };

test("the name of a batch has what sets it apart from another one of the same prompts", () => {
  expect(batchLabel("/a/p.jsonl", {}, run)).toBe("/a/p.jsonl (gpt-5.5)");
  expect(
    batchLabel(
      "/a/p.jsonl",
      { schema: "city.json", tools: "tools.ts", system: "Answer  in\none word.", onlyFailed: true },
      { ...run, endpoint: "http://localhost:8080/v1" },
    ),
  ).toBe(
    '/a/p.jsonl (gpt-5.5 at localhost:8080, schema city.json, tools tools.ts, system "Answer in one word.", only failed)',
  );
});

test("the name of a batch has no command line of a server, no password of an address, and no long text", () => {
  const servers = [{ server: "serve --token hidden", tools: [] }];
  const endpoint = "https://ada:hidden@example.com/v1";
  const label = batchLabel("p", { system: "word ".repeat(99) }, { ...run, servers, endpoint });
  expect(label).toMatch(/^p \(gpt-5\.5 at example\.com, 1 MCP server, system "[a-z ]{40}…"\)$/);
});
