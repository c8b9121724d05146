import type { FailureKind, TokenUsage } from "../../src/index.ts";

/** What a recording comes to, read off it by eye. */
export interface ExpectedEnding {
  readonly outcome: "completed" | "failed" | "incomplete";
  readonly failure?: FailureKind;
  readonly finalText?: string;
  /** Completed commands and tool calls, or the answer alone. */
  readonly stepCount: number;
  readonly toolCallCount: number;
  readonly recoveries: number;
  /** The reasons of failed tool calls. @default none */
  readonly toolFailures?: readonly string[];
  /** Of the turn, also where it did not complete. */
  readonly usage: TokenUsage;
}

/** What the stand-in reported for so many answers. */
function answers(count: number): TokenUsage {
  return {
    inputTokens: 10 * count,
    cachedInputTokens: 2 * count,
    outputTokens: 5 * count,
    reasoningOutputTokens: count,
    totalTokens: 15 * count,
  };
}

const none = { toolCallCount: 0, recoveries: 0 };
const answered: ExpectedEnding = {
  ...none,
  outcome: "completed",
  finalText: "hello world",
  stepCount: 1,
  usage: answers(1),
};
const afterOneMoreAnswer: ExpectedEnding = { ...answered, usage: answers(2) };
/** One call of a dynamic tool, then an answer. */
const afterOneDynamicCall: ExpectedEnding = { ...afterOneMoreAnswer, toolCallCount: 1 };
const interrupted: ExpectedEnding = { ...none, outcome: "incomplete", stepCount: 0, usage: {} };

function failed(failure: FailureKind): ExpectedEnding {
  return { ...none, outcome: "failed", failure, stepCount: 0, usage: {} };
}

export const expectedEndings: Readonly<Record<string, ExpectedEnding>> = {
  "agent-loop-3-steps-usage": {
    ...answered,
    stepCount: 3,
    toolCallCount: 3,
    finalText: "done",
    usage: {
      inputTokens: 1100,
      cachedInputTokens: 550,
      outputTokens: 90,
      reasoningOutputTokens: 21,
      totalTokens: 1190,
    },
  },
  "command-approval": afterOneMoreAnswer,
  "command-exec": afterOneMoreAnswer,
  "delta-streaming": { ...answered, finalText: "Hello world" },
  "dyn-bad-args": afterOneMoreAnswer,
  "dyn-bad-result": { ...afterOneDynamicCall, toolFailures: ["dynamic tool response was invalid"] },
  "dyn-failure": { ...afterOneDynamicCall, toolFailures: ["ERR denied"] },
  "dyn-parallel2": { ...afterOneMoreAnswer, stepCount: 2, toolCallCount: 2 },
  "dyn-rpc-error": { ...afterOneDynamicCall, toolFailures: ["dynamic tool request failed"] },
  "dyn-sol-lite": afterOneDynamicCall,
  "dyn-sol-lite-nons": afterOneDynamicCall,
  "dyn-sol-stock-codemode": afterOneDynamicCall,
  "dyn-sol-stock-direct": afterOneDynamicCall,
  "dyn-success": afterOneDynamicCall,
  "empty-output": { ...none, outcome: "completed", stepCount: 1, usage: answers(1) },
  "fail-400": failed("invalid-request"),
  "fail-401": failed("auth"),
  "fail-403": failed("auth"),
  "fail-429-insufficient-quota": failed("usage-limit"),
  "fail-429-rate": failed("rate-limit"),
  "fail-429-usage-limit": failed("usage-limit"),
  "fail-500": failed("server"),
  // Codex tries a request again without a word.
  "fail-500-retry2-ok": answered,
  "fail-503": failed("server"),
  "fail-conn-refused": failed("network"),
  "fail-conn-refused-unbounded": { ...interrupted, failure: "network" },
  // It tells 258,400 tokens, none of which were used.
  "fail-context-window": failed("context-length"),
  "fail-idle-timeout": failed("stream-disconnected"),
  "fail-response-failed-quota": failed("usage-limit"),
  "fail-response-failed-ratelimit": failed("rate-limit"),
  "fail-stream-cut-noretry": failed("stream-disconnected"),
  "fail-stream-cut-retry2": failed("stream-disconnected"),
  "interrupt-before-first-byte": interrupted,
  "interrupt-mid-command": { ...interrupted, usage: answers(1) },
  "interrupt-mid-dyn-tool": {
    ...interrupted,
    stepCount: 1,
    toolCallCount: 1,
    toolFailures: ["The tool call failed without a reason."],
    usage: answers(1),
  },
  "interrupt-mid-stream": interrupted,
  "mcp-approval-prompt": { ...afterOneMoreAnswer, toolCallCount: 1 },
  "mcp-success": { ...afterOneMoreAnswer, toolCallCount: 1 },
  plain: answered,
  "raw-events": answered,
  reasoning: { ...answered, finalText: "answer" },
  "steer-mid-stream": answered,
  "structured-output": { ...answered, finalText: '{"answer":"yes"}' },
};
