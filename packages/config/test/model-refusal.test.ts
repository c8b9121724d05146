import { expect, test } from "vitest";
import { describeModelRefusal } from "../src/index.ts";

test("a command without a model names itself, the valid backends and the exact setup line", () => {
  expect(describeModelRefusal("ktx ingest")).toBe(
    `ktx ingest needs a language model, and this project has none configured.
Valid backends: codex.
Set one up with: ktx setup --llm-backend codex --no-input`,
  );
});
