import { expect, test } from "vitest";
import { stepOfPrinting } from "../../src/output/closed-output.ts";

test.each([
  "run Hi",
  "run Hi --json",
  "run Hi -o -",
  "run Hi --output=/dev/stdout",
  "--plain run Hi",
  "batch prompts.jsonl",
  "batch prompts.jsonl --out -",
  "wiki read index.md",
  "wiki search --json orders",
  "models --json",
  "threads",
  "logs",
  "config show",
  "completion bash",
])("`ktx %s` is run for what it prints", (line) => {
  expect(stepOfPrinting(line.split(" "))).toMatch(/^Redirect stdout /);
});

test.each([
  "run Hi -o answer.txt",
  "run Hi -oanswer.txt",
  "run Hi --output=/dev/null",
  "run --help",
  "batch prompts.jsonl --out results.jsonl",
  "batch prune",
  "batch status",
  "status --no-probe",
  "config check",
  "wiki check",
  "threads delete trip",
  "replay run.jsonl --check",
  "setup --yes",
  "--version",
  "",
])("`ktx %s` has another result than what it prints", (line) => {
  expect(stepOfPrinting(line.split(" "))).toBeUndefined();
});
