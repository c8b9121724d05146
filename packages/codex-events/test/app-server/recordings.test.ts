import { describe, expect, test } from "vitest";
import { recordingNamed } from "../recordings.ts";
import { summarizeReplay } from "../../src/testing/index.ts";
import { expectedEndings } from "./expected-endings.ts";
import { serverRecordingNamed, serverRecordings } from "./recordings.ts";
import { replayRecording, summarizeEvents, tokensOf } from "./replay-messages.ts";

test("the table names exactly the recordings that exist", () => {
  const names = serverRecordings.map(({ name }) => name);
  expect(names).toHaveLength(43);
  expect(Object.keys(expectedEndings).toSorted()).toEqual(names.toSorted());
});

describe.each(serverRecordings)("$name", (recording) => {
  test("ends as it did", () => {
    const replayed = replayRecording(recording);
    const summary = summarizeEvents(replayed.events);
    const { toolFailures = [], ...expected } = expectedEndings[recording.name] ?? {};
    expect({
      outcome: summary.outcome,
      failure: summary.failure?.kind,
      finalText: summary.finalText,
      stepCount: summary.stepCount,
      toolCallCount: summary.toolCallCount,
      recoveries: summary.recoveries,
      usage: tokensOf(replayed),
    }).toEqual(expected);
    expect(summary.toolFailures.map(({ message }) => message)).toEqual(toolFailures);
    expect(summary.warnings).toEqual([]);
    expect(replayed.turn.ended).toBe(true);
  });

  test("tells its own tokens when it completes, and none otherwise", () => {
    const replayed = replayRecording(recording);
    const { outcome, usage } = summarizeEvents(replayed.events);
    expect(usage).toEqual(outcome === "completed" ? tokensOf(replayed) : {});
  });

  test("gives the same when it is replayed again", () => {
    expect(replayRecording(recording)).toEqual(replayRecording(recording));
  });
});

/** Recordings of the same situation, here and of `codex exec`. */
test.each([
  ["fail-400", "26-resume-failed-turn1"],
  ["fail-401", "11-401-invalid-key-r0"],
  ["fail-429-insufficient-quota", "13-failed-insufficient_quota-r0"],
  ["fail-429-rate", "11-429-rate-limit-r0"],
  ["fail-429-usage-limit", "11-429-usage-limit-plus-reqretry2-ok"],
  ["fail-500", "11-500-r0"],
  ["fail-503", "11-503-overloaded-streamretry2-fail"],
  ["fail-conn-refused-unbounded", "11-connrefused-r2"],
  ["fail-idle-timeout", "12-idle-timeout-r0"],
  ["fail-response-failed-quota", "13-failed-insufficient_quota-r0"],
  ["fail-stream-cut-noretry", "12-cut-partial-r0"],
  ["fail-stream-cut-retry2", "12-cut-created-r2-fail"],
])("%s is the same failure as %s", (server, exec) => {
  const { outcome, failure } = summarizeEvents(
    replayRecording(serverRecordingNamed(server)).events,
  );
  const expected = summarizeReplay(recordingNamed(exec).jsonl);
  expect(failure).toBeDefined();
  expect([outcome, failure?.kind]).toEqual([expected.outcome, expected.failure?.kind]);
});
