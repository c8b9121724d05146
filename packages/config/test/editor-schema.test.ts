import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildConfigSchema } from "../src/editor-schema.ts";
import { parseConfig, updateConfigText } from "../src/index.ts";
import { brokenFiles } from "./broken-files.ts";

const shipped: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("../schema/ktx.schema.json", import.meta.url), "utf8"),
);
const accepts = new Ajv().compile(shipped);

test("the shipped schema is the one that the program checks with", () => {
  expect(shipped, "run the package's script `schema`").toEqual(buildConfigSchema());
});

test("the schema accepts what a new file holds", () => {
  const text = updateConfigText(undefined, {
    llm: { provider: { backend: "codex" }, models: { default: "gpt-5.5" } },
  });
  expect([accepts(parse(text)), parseConfig(text).problems]).toEqual([true, []]);
});

describe("of the broken files that are YAML, the schema refuses those whose shape is at fault", () => {
  /** What one key says to another is beyond the schema, and how YAML is written is before it. */
  const beyond = new Set([
    "missing-default-model",
    "unsupported-model",
    "misleading-alias",
    "unused-key",
    "duplicate-key",
    "yaml-feature",
    "yaml-syntax",
  ]);
  const yamlFiles = Object.entries(brokenFiles).filter(([, text]) => {
    const codes = parseConfig(text).problems.map(({ code }) => code);
    return !codes.some((code) => code.startsWith("yaml-")) && codes[0] !== "duplicate-key";
  });

  test.each(yamlFiles)("%s", (_, text) => {
    const isShapely = parseConfig(text).problems.every(({ code }) => beyond.has(code));
    // An empty default model is reported as missing; to the schema it is a null.
    const hasNull = JSON.stringify(parse(text)).includes(":null");
    expect(accepts(parse(text))).toBe(isShapely && !hasNull);
  });
});
