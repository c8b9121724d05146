import {
  dropConnection,
  neverAnswer,
  partialText,
  rawAnswer,
  refusal,
  refuse,
  reply,
  text,
} from "@ktx/codex-sim";
import { always, type Fault, once, sceneFault } from "./fault.ts";

const page =
  "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const apiError = (message: string, fields: object = {}): object => ({
  error: { message, type: "invalid_request_error", param: null, code: null, ...fields },
});

const connection: readonly Fault[] = [
  sceneFault({
    title: "Nobody listens at the endpoint.",
    script: [],
    run: async ({ sim, runtime }) => {
      await sim.close();
      return runtime.generateText({ role: "default", prompt: "Hi!" });
    },
    kind: "network",
    withinSeconds: 15,
    neighbour: "none",
  }),
  sceneFault({
    title: "The connection is dropped before any answer.",
    script: always(dropConnection()),
    kind: "stream-disconnected",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The service takes the request and never sends headers (idle limit 1 s, tried twice).",
    script: always(neverAnswer()),
    options: { idleTimeoutMs: 1_000 },
    kind: "timeout",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The stream stalls in the middle of a message (idle limit 1 s, tried twice).",
    script: always(reply([partialText("I was")], { finish: "stall" })),
    options: { idleTimeoutMs: 1_000 },
    kind: "timeout",
    withinSeconds: 15,
  }),
];

const cuts: readonly Fault[] = (
  [
    ["before an item", reply([], { finish: "cut" })],
    ["in an item", reply([partialText("I was")], { finish: "cut" })],
    ["after an item", reply([text("I was about to")], { finish: "cut" })],
    ["after an item, in order", reply([text("I was about to")], { finish: "end" })],
  ] as const
).flatMap(([where, cut]) => [
  sceneFault({
    title: `The stream is cut ${where}, once.`,
    script: once(cut),
    kind: "answered",
    withinSeconds: 15,
  }),
  sceneFault({
    title: `The stream is cut ${where}, each time.`,
    script: always(cut),
    kind: "stream-disconnected",
    withinSeconds: 15,
  }),
]);

const refusals: readonly Fault[] = (
  [
    [
      "400 in the API's envelope",
      "invalid-request",
      refuse(400, apiError("Unknown parameter: 'foo'.")),
    ],
    [
      "400 in the account's envelope",
      "model-unavailable",
      refuse(400, {
        detail: "The 'gpt-5.5' model is not supported when using Codex with a ChatGPT account.",
      }),
    ],
    [
      "400 with a web page",
      "invalid-request",
      refuse(400, "<html><head><title>400 Bad Request</title></head></html>"),
    ],
    ["400 without a body", "unknown", refuse(400, "")],
    [
      "401",
      "auth",
      refuse(
        401,
        apiError("Incorrect API key provided: sk-1234567890abcdef.", { code: "invalid_api_key" }),
      ),
    ],
    ["403", "auth", refuse(403, apiError("You are not allowed to do this."))],
    [
      "403 with a web page of a firewall",
      "auth",
      refuse(
        403,
        "<html><head><title>Just a moment...</title></head><body>Cloudflare</body></html>",
      ),
    ],
    [
      "404",
      "model-unavailable",
      refuse(
        404,
        apiError("The model `gpt-5.5` does not exist or you do not have access to it.", {
          code: "model_not_found",
        }),
      ),
    ],
    ["413", "context-length", refuse(413, apiError("Request too large."))],
    [
      "429",
      "rate-limit",
      refuse(429, apiError("Rate limit reached.", { type: "rate_limit_error" })),
    ],
    [
      "429 with `retry-after: 1`",
      "rate-limit",
      refuse(429, apiError("Rate limit reached.", { type: "rate_limit_error" }), {
        "retry-after": "1",
      }),
    ],
    [
      "429 for an account without quota",
      "usage-limit",
      refuse(
        429,
        apiError("You exceeded your current quota.", {
          type: "insufficient_quota",
          code: "insufficient_quota",
        }),
      ),
    ],
    [
      "429 at the plan's usage limit",
      "usage-limit",
      refuse(429, {
        error: {
          type: "usage_limit_reached",
          message: "The usage limit has been reached",
          plan_type: "plus",
          resets_at: 4_102_444_800,
        },
      }),
    ],
    ["500", "server", refuse(500, apiError("boom", { type: "server_error" }))],
    ["502 with a web page", "server", refuse(502, page)],
    [
      "503, overloaded",
      "server",
      refuse(
        503,
        apiError("Our servers are currently overloaded.", { code: "server_is_overloaded" }),
      ),
    ],
    ["529", "server", refuse(529, apiError("Overloaded", { type: "overloaded_error" }))],
  ] as const
).map(([what, kind, answer]) =>
  sceneFault({
    title: `The service answers ${what}, each time.`,
    script: always(answer),
    kind,
    withinSeconds: 15,
  }),
);

const answers: readonly Fault[] = [
  sceneFault({
    title: "The service answers 429 with `retry-after: 3600` (idle limit 10 s).",
    script: always(refuse(429, apiError("Rate limit reached."), { "retry-after": "3600" })),
    // Longer than a busy machine takes to start Codex, and far shorter than the wait.
    options: { idleTimeoutMs: 10_000 },
    kind: "rate-limit",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The service answers 500, once.",
    script: once(refuse(500, apiError("boom"))),
    kind: "answered",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "The answer is stopped by a content filter.",
    script: always(reply([text("How to")], { finish: { incomplete: "content_filter" } })),
    kind: "content-policy",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "The answer is cut at the output limit.",
    script: always(reply([text("Once upon a")], { finish: { incomplete: "max_output_tokens" } })),
    kind: "incomplete-response",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "The service reports that the conversation does not fit.",
    script: always(
      reply([], { finish: { failed: { code: "context_length_exceeded", message: "Too long." } } }),
    ),
    kind: "context-length",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "The model refuses (tried twice).",
    script: always(reply([refusal("I can not help with that.")])),
    kind: "empty-turn",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "The model says nothing (tried twice).",
    script: always(reply([])),
    kind: "empty-turn",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "The event stream is malformed.",
    script: always(rawAnswer("event: response.created\ndata: {nonsense\n\n")),
    kind: "stream-disconnected",
    withinSeconds: 15,
  }),
];

/** What can go wrong at the model service, and on the way to it. */
export const serviceFaults: readonly Fault[] = [...connection, ...cuts, ...refusals, ...answers];
