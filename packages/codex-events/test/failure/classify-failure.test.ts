import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyFailure, type TurnFailure } from "../../src/index.ts";

const execFileAsync = promisify(execFile);

describe("the sentence", () => {
  test.each<[string, string, Partial<TurnFailure>]>([
    [
      "the API's error object",
      '{"error":{"message":"bad","type":"invalid_request_error"}}',
      { kind: "invalid-request", message: "bad" },
    ],
    [
      "an error object with a status beside it",
      '{"type":"error","status":400,"error":{"type":"invalid_request_error","message":"bad"}}',
      { kind: "invalid-request", message: "bad", httpStatus: 400 },
    ],
    [
      "an error that is a bare text, which Codex hands on of a 400 alone",
      '{"error":"bad"}',
      { kind: "invalid-request", message: "bad" },
    ],
    ["a detail", '{"detail":"Not signed in"}', { kind: "auth", message: "Not signed in" }],
    [
      "a detail that is an object",
      '{"detail":{"message":"gone","code":"model_not_found"}}',
      { kind: "model-unavailable", message: "gone" },
    ],
    ["a list of details", '{"detail":[{"msg":"field required"}]}', { message: "field required" }],
    ["a list of errors", '{"errors":[{"message":"bad"}]}', { message: "bad" }],
    ["a list around the whole", '[{"error":{"message":"bad","code":400}}]', { httpStatus: 400 }],
    ["a bare message", '{"message":"bad"}', { message: "bad" }],
    ["JSON within a JSON text", JSON.stringify('{"error":{"message":"bad"}}'), { message: "bad" }],
    [
      "JSON within the message of JSON",
      JSON.stringify({ error: { message: '{"detail":"bad"}' } }),
      { message: "bad" },
    ],
    [
      "a status line with a JSON body",
      'unexpected status 422 Unprocessable Entity: {"detail":"bad"}, url: http://127.0.0.1:1/v1/responses',
      { kind: "invalid-request", message: "bad", httpStatus: 422 },
    ],
    [
      "a status line without a body",
      "unexpected status 418 I'm a teapot: , url: http://127.0.0.1:1/v1/responses",
      { kind: "invalid-request", message: "HTTP 418 I'm a teapot", httpStatus: 418 },
    ],
    [
      "a chunked body of a refused WebSocket",
      'Reconnecting... 2/5 (unexpected status 401 Unauthorized: 80\r\n{"error":{"message":"Missing bearer or basic authentication in header"}}\r\n0, url: ws://127.0.0.1:1/v1/responses)',
      {
        kind: "auth",
        message: "Missing bearer or basic authentication in header",
        httpStatus: 401,
      },
    ],
    [
      "a web page, by its title",
      "<!DOCTYPE html><html><head><title>Gateway down</title></head><body><p>x</p></body></html>",
      { kind: "unknown", message: "The service answered with a web page: Gateway down" },
    ],
    [
      "a web page without words",
      "<html><script>var x = 1;</script></html>",
      { message: "The service answered with a web page: an empty one" },
    ],
    [
      "a JSON-RPC error",
      "thread/resume: thread/resume failed: no rollout found for thread id x (code -32600)",
      { kind: "invalid-request", message: "no rollout found for thread id x" },
    ],
    ["nothing", "", { kind: "unknown", message: "Codex reported a failure without a reason." }],
    ["JSON without a sentence", '{"a":1}', { kind: "unknown", message: '{"a":1}' }],
    ["what only looks like JSON", "{oops", { kind: "unknown", message: "{oops" }],
  ])("is unwrapped from %s, and the raw text is kept", (_, raw, expected) => {
    expect(classifyFailure(raw)).toMatchObject({ raw, ...expected });
  });

  test("and the raw text are cut when they are enormous", () => {
    const { message, raw } = classifyFailure("x".repeat(5_000_000));
    expect(message.length).toBeLessThan(1100);
    expect(raw.length).toBeLessThan(66_000);
  });

  test("so are they in a process whose regular expressions V8 does not optimize any more", async () => {
    const program = `
      import { classifyFacts } from ${JSON.stringify(import.meta.resolve("../../src/index.ts"))};
      const long = "x".repeat(5_000_000);
      for (const facts of [{ text: long }, { text: "a/b: " + long }, { exitCode: 1, stderr: long }])
        if (classifyFacts(facts).message.length > 1_100) console.log(facts);
      console.log("done");`;
    const options = ["--no-regexp-optimization", "--conditions=@ktx/source", "--input-type=module"];
    const { stdout } = await execFileAsync(process.execPath, [...options, "--eval", program]);
    expect(stdout).toBe("done\n");
  });
});

describe("a status without telling words", () => {
  test.each<[number, string]>([
    [400, "invalid-request"],
    [401, "auth"],
    [402, "usage-limit"],
    [403, "auth"],
    [404, "invalid-request"],
    [407, "network"],
    [408, "server"],
    [413, "context-length"],
    [429, "rate-limit"],
    [500, "server"],
    [503, "server"],
  ])("%i is %s", (status, kind) => {
    const text = `unexpected status ${status} Some Reason: hm, url: http://127.0.0.1:1/v1`;
    expect(classifyFailure(text)).toMatchObject({ kind, httpStatus: status, message: "hm" });
  });
});

describe("an error code of the API", () => {
  test.each<[string, string]>([
    ["invalid_json_schema", "invalid-output-schema"],
    ["model_not_found", "model-unavailable"],
    ["context_length_exceeded", "context-length"],
    ["rate_limit_exceeded", "rate-limit"],
    ["slow_down", "rate-limit"],
    ["usage_limit_reached", "usage-limit"],
    ["usage_not_included", "usage-limit"],
    ["insufficient_quota", "usage-limit"],
    ["invalid_api_key", "auth"],
    ["content_policy_violation", "content-policy"],
    ["cyber_policy", "content-policy"],
    ["invalid_prompt", "content-policy"],
    ["server_is_overloaded", "server"],
  ])("%s is %s, whatever the words are", (code, kind) => {
    expect(classifyFailure(JSON.stringify({ error: { code, message: "hm" } })).kind).toBe(kind);
    expect(classifyFailure(JSON.stringify({ error: { type: code, message: "hm" } })).kind).toBe(
      kind,
    );
  });

  test.each<[string, string]>([
    ["invalid_request_error", "invalid-request"],
    ["authentication_error", "auth"],
    ["permission_error", "auth"],
    ["rate_limit_error", "rate-limit"],
    ["server_error", "server"],
    ["overloaded_error", "server"],
  ])("the type %s is %s, unless the words say more", (type, kind) => {
    const text = (message: string): string => JSON.stringify({ error: { type, message } });
    expect(classifyFailure(text("hm")).kind).toBe(kind);
    expect(classifyFailure(text("The 'x' model is not supported.")).kind).toBe("model-unavailable");
  });
});

describe("what a kind carries", () => {
  test.each<[string, string | undefined, string]>([
    ["The 'gpt-a' model is not supported when using Codex.", undefined, "gpt-a"],
    ["The model `gpt-b` does not exist or you do not have access to it.", "gpt-c", "gpt-b"],
    ['{"error":{"code":"model_not_found","message":"No such thing"}}', "gpt-c", "gpt-c"],
  ])("the model of %j, asked for as %s, is %s", (text, model, expected) => {
    expect(classifyFailure(text, model === undefined ? {} : { model })).toMatchObject({
      kind: "model-unavailable",
      model: expected,
    });
  });

  test.each<[string, readonly string[] | undefined]>([
    ["In context=(), 'additionalProperties' is required", []],
    ["In context=('properties', 'pages', 'items'), 'x' is", ["properties", "pages", "items"]],
    ["In context=('anyOf', 0), 'x' is not permitted", ["anyOf", "0"]],
    ["schema must be an object", undefined],
  ])("the path of a schema refused with %j is %j", (problem, path) => {
    const text = `Invalid schema for response_format 'codex_output_schema': ${problem}.`;
    const failure = classifyFailure(text);
    expect(failure.kind).toBe("invalid-output-schema");
    expect("path" in failure ? failure.path : undefined).toEqual(path);
  });

  test("the reset of a usage limit as a timestamp, when the API's body came through", () => {
    const body = {
      error: { type: "usage_limit_reached", message: "The limit", resets_at: 1_800_000_000 },
    };
    expect(classifyFailure(JSON.stringify(body))).toMatchObject({
      kind: "usage-limit",
      resetsAt: { text: "1800000000", precision: "second", atMs: 1_800_000_000_000 },
    });
  });

  test("the reset of a usage limit as a local time, with the sentence kept", () => {
    const text = "You’ve hit your usage limit. Upgrade to Pro or try again at 6:13 PM.";
    const nowMs = Date.UTC(2026, 10, 22, 12);
    expect(classifyFailure(text, { nowMs, timeZoneOffsetMinutes: 60 })).toEqual({
      kind: "usage-limit",
      message: text,
      raw: text,
      retryable: false,
      resetsAt: {
        text: "6:13 PM",
        precision: "time-of-day",
        atMs: Date.UTC(2026, 10, 22, 17, 13),
      },
    });
  });

  test("the wait of a rate limit", () => {
    expect(classifyFailure("Rate limit reached for x. Please try again in 1.3s.")).toMatchObject({
      kind: "rate-limit",
      retryable: true,
      retryAfterMs: 1300,
    });
  });
});

describe("a process that ended", () => {
  const noise = "Reading prompt from stdin...\n";

  test.each<[string, string, object]>([
    [
      "by a signal",
      `Codex Exec exited with signal SIGTERM: ${noise}`,
      { signal: "SIGTERM", message: "Codex ended with SIGTERM without a reason." },
    ],
    [
      "by a signal, whatever it had printed",
      `Codex Exec exited with signal SIGKILL: ${noise}Error: Model provider \`x\` not found\n`,
      { signal: "SIGKILL", message: "Codex ended with SIGKILL: Model provider `x` not found" },
    ],
    [
      "without a word",
      `Codex Exec exited with code 1: ${noise}`,
      { exitCode: 1, message: "Codex ended with exit code 1 without a reason." },
    ],
    [
      "in a panic",
      `Codex Exec exited with code 101: ${noise}thread 'main' panicked at src/main.rs:1:1:\noh no\n`,
      {
        exitCode: 101,
        message: "Codex ended with exit code 101: thread 'main' panicked at src/main.rs:1:1: oh no",
      },
    ],
    [
      "with an error that no rule knows, its last one",
      "Codex Exec exited with code 2: Error: first\n2026-11-22T13:20:35.2Z ERROR codex_core: log\nError: second\nand more\n",
      { exitCode: 2, message: "Codex ended with exit code 2: second and more" },
    ],
    [
      "while it wrote a line",
      `Failed to parse item: {"type":"item.completed","item":{"te${"x".repeat(250_000)}`,
      { message: "Codex ended in the middle of a line: its last output is not JSON." },
    ],
  ])("%s is of kind `process`", (_, text, expected) => {
    expect(classifyFailure(text)).toMatchObject({ kind: "process", retryable: false, ...expected });
  });

  test("keeps the end of its standard error", () => {
    const stderr = `${"log ".repeat(5000)}the last words`;
    const failure = classifyFailure(`Codex Exec exited with code 1: ${stderr}`);
    expect(failure).toMatchObject({ stderrTail: expect.stringMatching(/the last words$/) });
    expect(JSON.stringify("stderrTail" in failure && failure.stderrTail).length).toBeLessThan(2100);
  });

  test.each<[string, string]>([
    ["Error loading config.toml: bad\nin `model`\n", "codex-config"],
    ["Error: Codex Exec exited with code 1: Error: Model provider `x` not found", "codex-config"],
    [
      "Error: thread/start: thread/start failed: error creating thread: Fatal error: Failed to initialize session: required MCP servers failed to initialize: ktx: gone (code -32603)\n",
      "tool-server",
    ],
  ])("is of a better kind when standard error names one: %j", (text, kind) => {
    expect(classifyFailure(text).kind).toBe(kind);
  });
});

describe("a sentence of Codex itself", () => {
  test.each<[string, string]>([
    [
      "Your authentication session could not be refreshed automatically. Please log out and sign in again.",
      "auth",
    ],
    ["Your access token could not be refreshed. Please log out and sign in again.", "auth"],
    [
      "Your access token could not be refreshed because you have since logged out or signed in to another account. Please sign in again.",
      "auth",
    ],
    ["Your workspace is out of credits. Add credits to continue.", "usage-limit"],
    [
      "Your workspace is out of credits. Ask your workspace owner to refill in order to continue.",
      "usage-limit",
    ],
    [
      "You're out of credits. Your workspace is out of credits. Add credits to continue using Codex.",
      "usage-limit",
    ],
    [
      "You hit your spend cap set in your workspace. Increase your spend cap to continue.",
      "usage-limit",
    ],
    [
      "You hit your spend cap set by the owner of your workspace. Ask an owner to increase your spend cap to continue.",
      "usage-limit",
    ],
    ["You’ve hit your usage limit for gpt-5.5. Try again later.", "usage-limit"],
    ["This request has been flagged for possible cybersecurity risk.", "content-policy"],
  ])("%s is %s", (sentence, kind) => {
    expect(classifyFailure(sentence).kind).toBe(kind);
    expect(classifyFailure(`Reconnecting... 1/5 (${sentence})`).kind).toBe(kind);
  });

  test("names a reset by the wait until then, which counts from the arrival", () => {
    const text =
      "You've hit your usage limit. Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 3 days 5 hours 2 minutes.";
    const nowMs = Date.UTC(2026, 10, 22, 12);
    expect(classifyFailure(text, { nowMs })).toMatchObject({
      kind: "usage-limit",
      resetsAt: {
        text: "3 days 5 hours 2 minutes",
        precision: "minute",
        atMs: Date.UTC(2026, 10, 25, 17, 2),
      },
    });
  });
});

test.each<[string, string]>([
  ["Error: model not loaded", "model not loaded"],
  ["Reading prompt from stdin...\nError: out of luck\n", "out of luck"],
  ["Reading prompt from stdin...\n", "Codex reported a failure without a reason."],
])("%j does not say that the process ended", (text, message) => {
  expect(classifyFailure(text)).toMatchObject({ kind: "unknown", message });
});

test("never throws, on any string", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: "binary" })), (text) => {
      expect(classifyFailure(text).message).not.toBe("");
    }),
  );
});
