import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  CodexError,
  CodexKtxLlmRuntime,
  type CodexRunner,
  type Transport,
} from "../../src/index.ts";
import { asSignal, playedBy, signallingTransport } from "../fake-transport.ts";
import {
  fakeRunner,
  message,
  provisionalError,
  toolCalled,
  toolStarted,
  turnFailed,
  turnStarted,
} from "../fake-runner.ts";

const apiKey = "a-key-without-any-known-form-4711";

async function failureOf(player: CodexRunner | Transport): Promise<CodexError> {
  const runtime = new CodexKtxLlmRuntime({
    projectDir: "/project",
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: "http://127.0.0.1:1/v1", apiKeyEnv: "MY_KEY" },
    env: { MY_KEY: apiKey },
    ...playedBy(player),
    maxRetries: 0,
  });
  const error: unknown = await runtime.generateText({ role: "default", prompt: "Well?" }).then(
    (text) => expect.unreachable(`answered: ${text}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CodexError)) throw error;
  return error;
}

test("carries what there was of text and tool calls, the last events, stderr and the cause", async () => {
  const transport = signallingTransport(
    () =>
      [
        turnStarted,
        message("Let me see."),
        toolCalled("look"),
        toolStarted("write"),
        turnFailed("rate limit exceeded: slow down"),
      ].map(asSignal),
    "Reading prompt from stdin...\n",
  );
  const error = await failureOf(transport);
  expect(error).toMatchObject({
    name: "CodexError",
    failure: { kind: "rate-limit" },
    text: "Let me see.",
    usage: {},
    toolCalls: [
      { server: "ktx", tool: "look", status: "completed" },
      { server: "ktx", tool: "write", status: "unfinished" },
    ],
    stderrTail: "Reading prompt from stdin...\n",
  });
  expect(error.lastEvents.map(({ type }) => type)).toEqual([
    "turn.started",
    "item.completed",
    "item.completed",
    "item.started",
    "turn.failed",
  ]);
});

test("has the error that the stream threw as its cause where no event says more", async () => {
  const thrown = new Error("Codex Exec exited with signal SIGKILL: ");
  const error = await failureOf(fakeRunner([turnStarted], { throws: thrown }));
  expect(error).toMatchObject({ failure: { kind: "process", signal: "SIGKILL" } });
  expect(error.cause).toBe(thrown);
});

test("keeps the last 20 events, and of long ones the beginning", async () => {
  const events = Array.from({ length: 50 }, (_, index) => message(`${index} ${"x".repeat(5_000)}`));
  const list = toolCalled("list", {
    result: { content: Array.from({ length: 500 }, (_, n) => ({ n })) },
  });
  const error = await failureOf(fakeRunner([...events, list, turnFailed("no")]));
  expect(error.lastEvents).toHaveLength(20);
  expect(error.lastEvents[0]).toMatchObject({
    item: { text: expect.stringMatching(/^32 x{497}…$/) },
  });
  expect(JSON.stringify(error.lastEvents).length).toBeLessThan(20_000);
});

test.each([
  ["the run's own key", apiKey],
  ["a bearer token", "Bearer abc.def-123456789"],
  ["an OpenAI key", "sk-proj-1234567890abcdef"],
  ["a web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"],
])("holds %s nowhere, whatever Codex quotes", async (_, secret) => {
  const quote = `unexpected status 401 Unauthorized: Incorrect API key provided: ${secret}.`;
  const transport = signallingTransport(
    () => [
      asSignal(turnStarted),
      asSignal(provisionalError(quote)),
      asSignal(
        toolCalled("look", {
          status: "failed",
          error: { message: quote },
          arguments: { [quote]: quote },
        }),
      ),
      asSignal(toolCalled("look", { result: { content: [{ type: "text", text: quote }] } })),
      { type: "exit", exit: { exitCode: 1, stderrTail: quote } },
    ],
    quote,
  );
  const error = await failureOf(transport);
  expect(error.failure.kind).toBe("auth");
  const shown = inspect(error, { depth: 20, showHidden: true, maxStringLength: null });
  expect(shown).not.toContain(secret.replace("Bearer ", ""));
  expect(error.message).toContain("[redacted]");
});
