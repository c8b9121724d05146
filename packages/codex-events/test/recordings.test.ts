import { describe, expect, test } from "vitest";
import {
  classifyFailure,
  initialTurnState,
  reduceTurn,
  summarizeTurn,
  type FailureKind,
  type ThreadEvent,
  type TurnSummary,
} from "../src/index.ts";
import { replayTurn, summarizeReplay } from "../src/testing/index.ts";
import { recordingNamed, recordings, type Recording } from "./recordings.ts";

/** Every recording that failed, with its kind. */
const failed: Readonly<Record<string, FailureKind>> = {
  "08-todo-turnfails": "invalid-request",
  "11-400-empty-r0": "unknown",
  "11-400-full-openai-r0": "invalid-output-schema",
  "11-400-html-r0": "invalid-request",
  "11-400-model-not-supported-r0": "model-unavailable",
  "11-400-model-not-supported-streamretry2-fail": "model-unavailable",
  "11-401-invalid-key-r0": "auth",
  "11-401-invalid-key-reqretry2-ok": "auth",
  "11-403-cloudflare-html-r0": "network",
  "11-404-model-not-found-r0": "model-unavailable",
  "11-429-empty-r0": "rate-limit",
  "11-429-rate-limit-r0": "rate-limit",
  "11-429-rate-limit-retry-after-r0": "rate-limit",
  "11-429-usage-limit-plus-reqretry2-ok": "usage-limit",
  "11-429-usage-limit-plus-streamretry2-ok": "usage-limit",
  "11-429-usage-not-included-r0": "usage-limit",
  "11-429v-nohdr-empty-streamretry2": "rate-limit",
  "11-429v-ratelimit-reset-only-streamretry2": "rate-limit",
  "11-429v-retry-after-ms-streamretry2": "rate-limit",
  "11-429v-should-retry-streamretry2": "rate-limit",
  "11-429v-text-hint-streamretry2": "rate-limit",
  "11-500-defaults": "server",
  "11-500-midturn-r0": "server",
  "11-500-r0": "server",
  "11-502-html-r0": "server",
  "11-503-overloaded-streamretry2-fail": "server",
  "11-503-overloaded-streamretry2-ok": "server",
  "11-503-r0": "server",
  "11-503-slow-down-r0": "rate-limit",
  "11-503-streamretry2-fail": "server",
  "11-529-r0": "server",
  "12-cut-after-mcp-call-r0": "stream-disconnected",
  "12-cut-created-r0": "stream-disconnected",
  "12-cut-created-r2-fail": "stream-disconnected",
  "12-cut-itemdone-r0": "stream-disconnected",
  "12-cut-partial-r0": "stream-disconnected",
  "12-idle-timeout-r0": "stream-disconnected",
  "12-socket-destroy-before-headers-r0": "stream-disconnected",
  "13-failed-content_policy_violation-r0": "stream-disconnected",
  "13-failed-cyber_policy-r0": "content-policy",
  "13-failed-insufficient_quota-r0": "usage-limit",
  "13-failed-invalid_prompt-r0": "content-policy",
  "13-failed-server_is_overloaded-r0": "server",
  "13-failed-usage_not_included-r0": "usage-limit",
  "13-incomplete-max_output_tokens-r0": "incomplete-response",
  "14-chatgpt-auth-refresh-expired": "auth",
  "14-chatgpt-auth-refresh-reused": "auth",
  "14-nocreds-openai-loopback401": "auth",
  "26-resume-failed-turn1": "invalid-request",
};

/**
 * Every recording without a terminal event: the kind of its last word in the stream, and of what
 * the SDK threw.
 */
const incomplete: Readonly<Record<string, { stream?: FailureKind; thrown?: FailureKind }>> = {
  "11-connrefused-long": { stream: "network" },
  "11-connrefused-r0": { stream: "network" },
  "11-connrefused-r2": { stream: "network" },
  "12-no-headers-hang-long": {},
  "14-config-toml-garbage": { thrown: "codex-config" },
  "14-nocreds-openai-default": { stream: "network" },
  "15-mcp-401-required": { thrown: "tool-server" },
  "15-mcp-required-fail-big-prompt": { thrown: "tool-server" },
  "15-mcp-stdio-missing-required": { thrown: "tool-server" },
  "15-mcp-timeout-required": { thrown: "tool-server" },
  "15-mcp-unreachable-required": { thrown: "tool-server" },
  "17-abort-exec-sleep": { thrown: "aborted" },
  "17-abort-mcp-call": { thrown: "aborted" },
  "17-abort-model-stream": { thrown: "aborted" },
  "17-abort-stdio-mcp": { thrown: "aborted" },
  "17-abort-timeout-signal": { thrown: "aborted" },
  "17-sigint-external": { thrown: "process" },
  "18-bad-catalog-path": { thrown: "codex-config" },
  "18-bad-cwd": { thrown: "codex-config" },
  "18-bad-enum": { thrown: "codex-config" },
  "18-bad-mcp-both": { thrown: "codex-config" },
  "18-bad-provider": { thrown: "codex-config" },
  "18-not-git": { thrown: "codex-config" },
  "18-wire-chat": { thrown: "codex-config" },
  "21-big-prompt": { thrown: "context-length" },
  "30-empty-prompt": { thrown: "invalid-request" },
};

/** Every completed recording that Codex had to reconnect for. */
const recovered: Readonly<Record<string, number>> = {
  "11-401-invalid-key-streamretry2-ok": 2,
  "11-429-rate-limit-retry-after-streamretry2-ok": 2,
  "11-500-midturn-streamretry2-ok": 2,
  "11-500-streamretry2-ok": 2,
  "12-cut-after-mcp-call-r2-ok": 1,
  "12-cut-cleanend-r2-ok": 2,
  "12-cut-partial-r2-ok": 2,
  "12-retry-partial-structured-dup": 1,
};

test("the tables name recordings that exist", () => {
  const names = recordings.map((recording) => recording.name);
  expect(names).toHaveLength(166);
  for (const table of [failed, incomplete, recovered])
    expect(names).toEqual(expect.arrayContaining(Object.keys(table)));
});

describe.each(recordings)("$name", (recording) => {
  test("ends as it did", () => {
    const summary = summarizeReplay(recording.jsonl);
    expect({
      outcome: summary.outcome,
      stream: summary.failure?.kind,
      thrown: kindOfThrow(recording, summary),
      recoveries: summary.recoveries,
    }).toEqual(expectedEnd(recording.name));
  });

  test("can be summarized after every event, and its step count never falls", () => {
    let steps = 0;
    for (const { state } of replayTurn(recording.jsonl)) {
      const { stepCount, stepBoundariesMs } = summarizeTurn(state);
      expect(stepBoundariesMs).toHaveLength(stepCount);
      expect(stepCount).toBeGreaterThanOrEqual(steps);
      steps = stepCount;
    }
  });

  test("gives the same states when it is replayed again", () => {
    expect([...replayTurn(recording.jsonl)]).toEqual([...replayTurn(recording.jsonl)]);
  });

  test.each<[string, ThreadEvent]>([
    ["unknown event", { type: "unrecognized", raw: { type: "later.invention" } }],
    ["line that is not JSON", { type: "malformed", line: '{"type":' }],
  ])("comes to the same with one more %s anywhere", (_, stranger) => {
    const events = Array.from(replayTurn(recording.jsonl), ({ event }) => event);
    const expected = summarizeEvents(events);
    for (let position = 0; position <= events.length; position += 1)
      expect(summarizeEvents(events.toSpliced(position, 0, stranger))).toEqual(expected);
  });
});

test.each<[string, Partial<TurnSummary>]>([
  [
    "06-cmd-several",
    {
      finalText: "done",
      stepCount: 3,
      toolCallCount: 0,
      toolFailures: [],
      usage: {
        inputTokens: 30,
        cachedInputTokens: 6,
        outputTokens: 15,
        reasoningOutputTokens: 3,
        totalTokens: 45,
      },
    },
  ],
  ["01-plain", { finalText: "hi", stepCount: 1, stepBoundariesMs: [3], warnings: [] }],
  ["10-websearch", { finalText: "found it", stepCount: 3, toolCallCount: 0 }],
  ["12-retry-partial-structured-dup", { finalText: '{"n":2}', recoveries: 1 }],
  ["23-empty-message", { finalText: "", stepCount: 1 }],
  ["26-resume-turn1", { threadId: "01a20371-c010-7f52-ab4a-f111dfc30cad" }],
  ["26-resume-turn2", { threadId: "01a20371-c010-7f52-ab4a-f111dfc30cad" }],
  [
    "18-unknown-toplevel-key",
    {
      outcome: "completed",
      warnings: [
        "Codex is ignoring 1 unrecognized configuration setting. Check for typos or deprecated settings.\n  session-flags: `no_such_key` is ignored.",
      ],
    },
  ],
  [
    "04-mcp-throws",
    {
      outcome: "completed",
      toolCallCount: 1,
      toolFailures: [{ server: "ktx", tool: "boom", message: "denied by policy", recovered: true }],
    },
  ],
  [
    "16-mcp-tool-timeout",
    {
      outcome: "completed",
      toolFailures: [
        {
          server: "ktx",
          tool: "slow",
          message:
            "tool call error: tool call failed for `ktx/slow`\n\nCaused by:\n    timed out awaiting tools/call after 1000ms",
          recovered: true,
        },
      ],
    },
  ],
  ["03-mcp-ok", { outcome: "completed", toolCallCount: 1, toolFailures: [] }],
])("the summary of %s holds what it showed", (name, expected) => {
  expect(summarizeReplay(recordingNamed(name).jsonl)).toMatchObject(expected);
});

test.each(["23-no-message", "23-refusal"])("%s completes without a final text", (name) => {
  expect(summarizeReplay(recordingNamed(name).jsonl)).not.toHaveProperty("finalText");
});

function summarizeEvents(events: readonly ThreadEvent[]): TurnSummary {
  return summarizeTurn(
    events.reduce((state, event) => reduceTurn(state, event, 0), initialTurnState()),
  );
}

function kindOfThrow(recording: Recording, summary: TurnSummary): FailureKind | undefined {
  return recording.thrown === undefined || summary.outcome !== "incomplete"
    ? undefined
    : classifyFailure(recording.thrown).kind;
}

function expectedEnd(name: string): object {
  const none = { stream: undefined, thrown: undefined, recoveries: 0 };
  const cut = incomplete[name];
  if (cut !== undefined) return { ...none, outcome: "incomplete", ...cut };
  const kind = failed[name];
  if (kind !== undefined) return { ...none, outcome: "failed", stream: kind };
  return { ...none, outcome: "completed", recoveries: recovered[name] ?? 0 };
}
