import { expect, test } from "vitest";
import { nearestName } from "../src/nearest-name.ts";

const names = ["default", "triage", "candidateExtraction", "curator", "reconcile", "repair"];

test.each([
  ["defalt", "default"],
  ["Triage", "triage"],
  ["candidate_extraction", "candidateExtraction"],
  ["repiar", "repair"],
  ["reconciler", "reconcile"],
  ["default", "default"],
  ["temperature", undefined],
  ["", undefined],
  ["x".repeat(100_000), undefined],
])("%s was meant to be %s", (written, meant) => {
  expect(nearestName(written, names)).toBe(meant);
});
