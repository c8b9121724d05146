import { expect, test } from "vitest";
import { parseConfig, updateConfigText } from "../src/index.ts";

const withRoles = (roles: string): string =>
  `llm: { provider: { backend: codex }, models: { default: gpt-5.5, ${roles} } }\n`;

test.each(["reviewer", "my-role", "candidate_extraction", "2nd", "constructor", "toString"])(
  "a role may be named %s",
  (role) => {
    const { config, problems } = parseConfig(withRoles(`${role}: gpt-6-luna`));
    expect(problems).toEqual([]);
    expect(config?.llm).toMatchObject({ models: { default: "gpt-5.5", triage: "gpt-5.5" } });
    const models: object = config?.llm.backend === "codex" ? config.llm.models : {};
    expect(Object.entries(models)).toContainEqual([role, "gpt-6-luna"]);
  },
);

test("a role that has no slot is no property of the models", () => {
  const { config } = parseConfig(withRoles("reviewer: gpt-6-luna"));
  const models: object = config?.llm.backend === "codex" ? config.llm.models : {};
  expect(Object.hasOwn(models, "constructor")).toBe(false);
});

test("a role of any name can be set and removed", () => {
  const text = updateConfigText(withRoles("triage: gpt-6-sol"), {
    llm: { models: { reviewer: "gpt-6-luna", triage: null } },
  });
  expect(parseConfig(text).written?.llm?.models).toEqual({
    default: "gpt-5.5",
    reviewer: "gpt-6-luna",
  });
});
