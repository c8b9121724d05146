import { expect, test } from "vitest";
import { buildLeanCatalog, type ModelCatalog, parseCatalog } from "../src/lean-catalog.ts";

const plain = {
  slug: "gpt-5.5",
  shell_type: "unified_exec",
  apply_patch_tool_type: "freeform",
  supports_search_tool: true,
  base_instructions: "You are Codex.",
  context_window: 272_000,
};
const codeMode = {
  ...plain,
  slug: "gpt-6.1-sol",
  tool_mode: "code_mode_only",
  multi_agent_version: "v2",
  experimental_supported_tools: ["clock"],
  use_responses_lite: true,
  model_messages: { instructions_template: "You are {{ name }}.", tools: { other: {} } },
  field_of_a_later_codex: { kept: ["as", "it", "is"] },
};
const bundled: ModelCatalog = { models: [codeMode, plain], fetched_at: "2026-11-01" };

const small = { description: "Not available.", parameters: '{"type":"object","properties":{}}' };
const smallReaders = {
  list_mcp_resources: small,
  list_mcp_resource_templates: small,
  read_mcp_resource: small,
};

const bare = {
  tool_mode: "direct",
  shell_type: "disabled",
  apply_patch_tool_type: null,
  supports_search_tool: false,
  experimental_supported_tools: [],
  include_skills_usage_instructions: false,
  include_plugin_usage_instructions: false,
  include_apps_usage_instructions: false,
};

test("a code-mode model keeps everything but what would give it tools", () => {
  expect(buildLeanCatalog(bundled, ["gpt-6.1-sol"])).toEqual({
    fetched_at: "2026-11-01",
    models: [
      {
        slug: "gpt-6.1-sol",
        base_instructions: "You are Codex.",
        context_window: 272_000,
        use_responses_lite: true,
        field_of_a_later_codex: { kept: ["as", "it", "is"] },
        ...bare,
        model_messages: {
          instructions_template: "You are {{ name }}.",
          tools: { other: {}, mcp_resources: smallReaders },
        },
      },
    ],
  });
});

test.each([
  { model: "llama-4", after: "a plain model", kept: {} },
  {
    model: "gpt-6.1-sol-2026-12-01",
    after: "the one whose name it begins with",
    kept: { use_responses_lite: true },
  },
])("a model that the catalog does not know is made after $after", ({ model, kept }) => {
  const [entry, ...others] = buildLeanCatalog(bundled, [model]).models;
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    slug: model,
    display_name: model,
    upgrade: null,
    ...bare,
    ...kept,
  });
  expect(entry).not.toHaveProperty("multi_agent_version");
});

test("a model without messages of its own is given those of the resource readers alone", () => {
  const [entry] = buildLeanCatalog(bundled, ["gpt-5.5"]).models;
  expect(entry?.["model_messages"]).toEqual({ tools: { mcp_resources: smallReaders } });
});

test("the catalog of the binary is not changed by it", () => {
  const before = structuredClone(bundled);
  buildLeanCatalog(bundled, ["gpt-6.1-sol"]);
  expect(bundled).toEqual(before);
});

test("a printed catalog is read with all that is in it but entries without a name", () => {
  const printed = JSON.stringify({ ...bundled, models: [plain, { display_name: "?" }, null] });
  expect(parseCatalog(printed)).toEqual({ ...bundled, models: [plain] });
});

test.each([
  "",
  "error: unrecognized subcommand",
  "null",
  "[]",
  "{}",
  '{"models":{}}',
  '{"models":[]}',
])("what is no catalog is none: %s", (printed) => {
  expect(parseCatalog(printed)).toBeUndefined();
});
