import {
  customToolCall,
  dropConnection,
  partialText,
  rawAnswer,
  rawEvent,
  rawItem,
  reasoning,
  refusal,
  refuse,
  reply,
  text,
  toolCall,
  type SimItem,
  type SimReply,
} from "@ktx/codex-sim";
import type { CodexRun } from "./run-codex.ts";

/** How a recorded situation is provoked again. */
export interface RecordedSituation {
  /** The recording's file name without its ending. */
  readonly recording: string;
  readonly script: readonly SimReply[];
  readonly run?: Pick<CodexRun, "provider" | "config" | "outputSchema" | "model" | "catalog">;
  /** True where calls run at once: Codex starts and ends them in either order. @default false */
  readonly isParallel?: boolean;
}

const inKtx = { namespace: "mcp__ktx" };
const done = reply([text("done")]);
const recovered = reply([text("recovered answer")]);
const codeModeCall = 'text(JSON.stringify(await tools.mcp__ktx__wiki_search({ query: "rev" })));';
const answerSchema = objectSchema({ answer: { type: "string" } });
const numberSchema = objectSchema({ n: { type: "number" } });
const overloaded = { error: { code: "server_is_overloaded", message: "overloaded" } };
const cutCall = reply([toolCall("side_effect", { v: "x" }, inKtx)], { finish: "cut" });
const streamRetries = { provider: { stream_max_retries: 2 } };
const requestRetries = { provider: { request_max_retries: 2 } };

export const recordedSituations: readonly RecordedSituation[] = [
  said("01-plain", text("hi")),
  { ...said("02-structured", text('{"answer":"yes"}')), run: { outputSchema: answerSchema } },
  said("09-reasoning", reasoning("**Thinking** about it", "second part"), text("answer")),
  said(
    "10-websearch",
    ...webSearch("ws_1", { type: "search", query: "codex sdk" }),
    ...webSearch("ws_2", { type: "open_page", url: "https://example.com" }),
    ...webSearch("ws_3", { type: "find_in_page", url: "https://example.com", pattern: "x" }),
    text("found it"),
  ),
  said("23-empty-message", text("")),
  said("23-no-message"),
  said("23-refusal", refusal("I can not help with that.")),
  said(
    "24-multipart",
    rawItem({
      type: "message",
      id: "msg_1",
      role: "assistant",
      content: [
        { type: "output_text", text: "part A" },
        { type: "output_text", text: "part B" },
      ],
    }),
  ),
  said("24-two-messages-reversed", text("final"), text("late commentary")),
  {
    recording: "24-end-turn-false",
    script: [reply([text("part 1")], { endTurn: false }), reply([text("part 2")])],
  },
  {
    recording: "28-model-rerouted",
    script: [reply([text("hi")], { headers: { "openai-model": "gpt-5.2" } })],
  },

  called("03-mcp-ok", toolCall("wiki_search", { query: "rev" }, inKtx)),
  called("03-mcp-ok-textonly", toolCall("plain", {}, inKtx)),
  {
    recording: "05-mcp-parallel-flag",
    script: [reply([toolCall("slow", { ms: 300 }, inKtx), toolCall("boom", {}, inKtx)]), done],
    isParallel: true,
  },
  {
    ...called("20-sol-direct-call", toolCall("wiki_search", { query: "rev" }, inKtx)),
    run: { model: "gpt-6.1-sol" },
  },
  {
    ...called("20-sol-exec-mcp-nons", customToolCall("exec", codeModeCall)),
    run: { model: "gpt-6.1-sol", catalog: "bundled" },
  },
  calledInVain("04-mcp-iserror", toolCall("iserror", {}, inKtx)),
  calledInVain("04-mcp-notjson-args", toolCall("wiki_search", '{"query": ', inKtx)),
  calledInVain("04-mcp-unknown-tool", toolCall("nope", {}, inKtx)),
  {
    recording: "08-todo",
    script: [plan(false), plan(true), done],
    run: { config: { tools: { update_plan: { enabled: true } } } },
  },

  refused("11-400-model-not-supported-r0", 400, {
    error: {
      type: "invalid_request_error",
      message: "The 'x' model is not supported when using Codex with a ChatGPT account.",
    },
  }),
  refused("11-400-html-r0", 400, "<html><body>Bad Request</body></html>"),
  refused("11-400-empty-r0", 400, ""),
  {
    recording: "11-400-full-openai-r0",
    script: [],
    run: { outputSchema: { type: "object", properties: {}, required: [] } },
  },
  refused(
    "11-401-invalid-key-r0",
    401,
    {
      error: {
        message:
          "Incorrect API key provided: x. You can find your API key at https://platform.openai.com/account/api-keys.",
      },
    },
    { "x-request-id": "req_401" },
  ),
  refused(
    "11-403-cloudflare-html-r0",
    403,
    "<html><body>Cloudflare: Sorry, you have been blocked</body></html>",
    { "cf-ray": "abc123" },
  ),
  refused("11-404-model-not-found-r0", 404, {
    error: {
      message: "The model `gpt-zzz` does not exist or you do not have access to it.",
      code: "model_not_found",
    },
  }),
  refused("11-429-rate-limit-r0", 429, { error: { code: "rate_limit_exceeded" } }),
  refused("11-429-usage-not-included-r0", 429, { error: { type: "usage_not_included" } }),
  refused("11-500-r0", 500, { error: { message: "boom" } }),
  refused("11-502-html-r0", 502, "<html>bad gateway</html>"),
  refused("11-503-r0", 503, { error: { message: "Service unavailable" } }),
  refused("11-503-slow-down-r0", 503, { error: { code: "slow_down", message: "slow down" } }),
  refused("11-529-r0", 529, { error: { message: "overloaded" } }),
  {
    recording: "11-429-rate-limit-retry-after-streamretry2-ok",
    script: [...twice(refuse(429, {}, { "retry-after": "1" })), recovered],
    run: streamRetries,
  },
  {
    recording: "11-500-streamretry2-ok",
    script: [...twice(refuse(500, "")), recovered],
    run: streamRetries,
  },
  {
    recording: "11-500-reqretry2-ok",
    script: [...twice(refuse(500, "")), recovered],
    run: requestRetries,
  },
  {
    recording: "11-503-overloaded-streamretry2-ok",
    script: [refuse(503, overloaded)],
    run: streamRetries,
  },

  { recording: "12-cut-created-r0", script: [reply([], { finish: "cut" })] },
  { recording: "12-cut-partial-r0", script: [reply([partialText("part")], { finish: "cut" })] },
  { recording: "12-cut-itemdone-r0", script: [reply([text("partial text")], { finish: "cut" })] },
  {
    recording: "12-cut-partial-r2-ok",
    script: [...twice(reply([partialText("part")], { finish: "cut" })), recovered],
    run: streamRetries,
  },
  {
    recording: "12-cut-cleanend-r2-ok",
    script: [...twice(reply([text("partial text")], { finish: "end" })), recovered],
    run: streamRetries,
  },
  { recording: "12-cut-after-mcp-call-r0", script: [cutCall] },
  { recording: "12-cut-after-mcp-call-r2-ok", script: [cutCall, done], run: streamRetries },
  {
    recording: "12-retry-partial-structured-dup",
    script: [reply([text('{"n":1}')], { finish: "cut" }), reply([text('{"n":2}')])],
    run: { ...streamRetries, outputSchema: numberSchema },
  },
  {
    recording: "12-idle-timeout-r0",
    script: [reply([], { finish: "stall" })],
    run: { provider: { stream_idle_timeout_ms: 300 } },
  },
  { recording: "12-socket-destroy-before-headers-r0", script: [dropConnection()] },

  failed("13-failed-insufficient_quota-r0", "insufficient_quota"),
  failed("13-failed-usage_not_included-r0", "usage_not_included"),
  failed("13-failed-server_is_overloaded-r0", "server_is_overloaded"),
  failed("13-failed-cyber_policy-r0", "cyber_policy", "cyber"),
  failed(
    "13-failed-invalid_prompt-r0",
    "invalid_prompt",
    "Invalid prompt: we have limited access to this content for safety reasons.",
  ),
  {
    recording: "13-incomplete-max_output_tokens-r0",
    script: [reply([text('{"answer": "trunc')], { finish: { incomplete: "max_output_tokens" } })],
  },
];

/** Rows without a recording of their own: each ends as a stream that is closed too early. */
export const unreadableAnswers: readonly (readonly [string, SimReply])[] = [
  ["events that are no JSON", rawAnswer("event: response.created\ndata: {oops\n\n")],
  ["JSON instead of events", rawAnswer({ id: "resp_1", output: [] })],
  ["an error event", reply([rawEvent({ type: "error", message: "x" })], { finish: "end" })],
];

function said(recording: string, ...items: readonly SimItem[]): RecordedSituation {
  return { recording, script: [reply(items)] };
}

function called(recording: string, ...calls: readonly SimItem[]): RecordedSituation {
  return { recording, script: [reply(calls), done] };
}

function calledInVain(recording: string, call: SimItem): RecordedSituation {
  return { recording, script: [reply([call]), reply([text("done anyway")])] };
}

function refused(recording: string, ...answer: Parameters<typeof refuse>): RecordedSituation {
  return { recording, script: [refuse(...answer)] };
}

function failed(recording: string, code: string, message = "x"): RecordedSituation {
  return { recording, script: [reply([], { finish: { failed: { code, message } } })] };
}

function twice(answer: SimReply): readonly SimReply[] {
  return [answer, answer];
}

function plan(started: boolean): SimReply {
  const steps = [
    { step: "a", status: started ? "completed" : "in_progress" },
    { step: "b", status: "pending" },
  ];
  return reply([toolCall("update_plan", { plan: steps })]);
}

function webSearch(id: string, action: Readonly<Record<string, unknown>>): readonly SimItem[] {
  const item = { type: "web_search_call", id };
  return [
    rawEvent({
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress" },
    }),
    rawItem({ ...item, status: "completed", action }),
  ];
}

function objectSchema(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
