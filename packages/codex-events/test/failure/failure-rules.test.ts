import { describe, expect, test } from "vitest";
import { failureRules, type FailureRule } from "../../src/failure/failure-rules.ts";
import { classifyFailure, summarizeTurn, type TurnFailure } from "../../src/index.ts";
import { replayTurn } from "../../src/testing/index.ts";
import { recordingNamed } from "../recordings.ts";
import { serviceRefusals } from "./service-refusals.ts";

describe.each(failureRules)("$kind by $pattern", (rule) => {
  test("is backed by a recording or an example", () => {
    expect(evidenceFor(rule)).not.toEqual([]);
  });

  test.for(evidenceFor(rule))("is what $source shows", ({ failure }) => {
    expect(failure?.kind).toBe(rule.kind);
    expect([failure?.message, failure?.raw].some((text) => matches(rule, text))).toBe(true);
  });
});

function matches({ pattern }: FailureRule, text = ""): boolean {
  return pattern.test(text.replaceAll("’", "'"));
}

interface Evidence {
  readonly source: string;
  readonly failure: TurnFailure | undefined;
}

function evidenceFor({
  kind,
  pattern,
  recorded = [],
  example,
  services = [],
}: FailureRule): readonly Evidence[] {
  return [
    ...recorded.map((name) => ({ source: name, failure: recordedFailure(name) })),
    ...(example === undefined
      ? []
      : [{ source: "its example", failure: classifyFailure(example) }]),
    ...services.map((service) => ({
      source: `a refusal by ${service}`,
      failure: serviceRefusals
        .filter((refusal) => refusal.service === service)
        .map(({ body }) => classifyFailure(body))
        .find((failure) => failure.kind === kind && matches({ kind, pattern }, failure.message)),
    })),
  ];
}

/** The stream's own failure, else that of what the SDK threw. */
function recordedFailure(name: string): TurnFailure | undefined {
  const { jsonl, thrown } = recordingNamed(name);
  const last = [...replayTurn(jsonl)].at(-1);
  const failure = last === undefined ? undefined : summarizeTurn(last.state).failure;
  return failure ?? (thrown === undefined ? undefined : classifyFailure(thrown));
}
