import { expect, test } from "vitest";
import { nearestName } from "../src/nearest-name.ts";

const names = [
  "llm",
  "role",
  "default",
  "triage",
  "candidateExtraction",
  "curator",
  "reconcile",
  "repair",
];

test.each([
  ["defalt", "default"],
  ["Triage", "triage"],
  ["candidate_extraction", "candidateExtraction"],
  ["repiar", "repair"],
  ["reconciler", "reconcile"],
  ["default", "default"],
  ["llms", "llm"],
  ["LLM", "llm"],
  ["lab", undefined],
  ["rule", "role"],
  ["roel", "role"],
  ["cand", "candidateExtraction"],
  ["re", undefined],
  ["rake", undefined],
  ["temperature", undefined],
  ["", undefined],
  ["x".repeat(100_000), undefined],
])("%s was meant to be %s", (written, meant) => {
  expect(nearestName(written, names)).toBe(meant);
});
