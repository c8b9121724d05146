import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeProblem, parseConfig } from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README's example of ktx.yaml has no problems", () => {
  const [, text = ""] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  const { config, problems } = parseConfig(text);
  expect([config?.llm.backend, problems]).toEqual(["codex", []]);
});

test("the README's example of code prints what it says", () => {
  const [, text = ""] = /parseConfig\(`(.*?)`\)/s.exec(readme) ?? [];
  const [, printed = ""] = /```\nundefined (.*?)\n```/s.exec(readme) ?? [];
  expect(parseConfig(text).problems.map(describeProblem).join("\n")).toBe(printed);
});
