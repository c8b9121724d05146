import { mkdtempSync, rmSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refuse, reply, type SimScript, text } from "@ktx/codex-sim";
import { startToolBridge, type ToolBridgeHandle } from "@ktx/mcp-bridge";
import { afterAll, expect, test } from "vitest";
import { CodexError } from "../../src/index.ts";
import { onEachTransport } from "./scene.ts";
import { tools } from "./tools.ts";

const scratch = mkdtempSync(join(process.cwd(), "node_modules", ".cache-ktx-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function failureOf(work: Promise<unknown>): Promise<CodexError> {
  const error: unknown = await work.then(
    (value) => expect.unreachable(`it succeeded: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CodexError)) throw error;
  return error;
}

onEachTransport("a turn of the real Codex binary that fails", ({ startScene }) => {
  const always =
    (answer: ReturnType<typeof reply>): SimScript =>
    (): typeof answer =>
      answer;
  const cases: readonly (readonly [string, SimScript, object, RegExp])[] = [
    [
      "the service has no such model for this account",
      always(
        refuse(400, {
          detail: "The 'gpt-5.5' model is not supported when using Codex with a ChatGPT account.",
        }),
      ),
      { kind: "model-unavailable", model: "gpt-5.5" },
      /^The 'gpt-5\.5' model is not supported when using Codex with a ChatGPT account\.$/,
    ],
    [
      "the key is refused",
      always(refuse(401, { error: { message: "Incorrect API key provided." } })),
      { kind: "auth", httpStatus: 401 },
      /Incorrect API key provided/,
    ],
    [
      "there are too many requests",
      always(refuse(429, { error: { message: "Slow down." } })),
      { kind: "rate-limit", httpStatus: 429 },
      /429 Too Many Requests/,
    ],
    [
      "the service fails",
      always(refuse(500, { error: { message: "boom" } })),
      { kind: "server" },
      /high demand/,
    ],
    [
      "the stream is cut each time",
      always(reply([text("I was about to")], { finish: "cut" })),
      { kind: "stream-disconnected" },
      /stream disconnected|Transport error|closed/,
    ],
  ];

  test.each(cases)("since %s ends as that", async (_, script, failure, sentence) => {
    await using scene = await startScene(script);
    const error = await failureOf(scene.runtime.generateText({ role: "default", prompt: "Hi!" }));
    expect(error.failure).toMatchObject(failure);
    expect(error.message).toMatch(sentence);
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("since no one listens at the endpoint ends as a network failure", async () => {
    await using scene = await startScene([]);
    await scene.sim.close();
    const error = await failureOf(scene.runtime.generateText({ role: "default", prompt: "Hi!" }));
    expect(error.failure.kind).toBe("network");
  });

  test("since the bridge refuses its token ends as a tool server failure", async () => {
    await using scene = await startScene([reply([text("never asked")])], {
      startMcpServer: async (input) => withToken(await startToolBridge(input), "not-the-token"),
    });
    const result = await scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Hi!",
      toolSet: tools,
      stepBudget: 3,
    });
    expect(result).toMatchObject({
      stopReason: "error",
      error: { failure: { kind: "tool-server" } },
      metrics: { stepCount: 0 },
    });
    expect(scene.sim.requests).toEqual([]);
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("keeps the host alive when Codex exits before it has read a long prompt", async () => {
    const quitter = join(scratch, "quitter");
    await writeFile(quitter, "#!/bin/sh\nexit 3\n");
    await chmod(quitter, 0o755);
    await using scene = await startScene([], {
      codexPath: quitter,
      isolation: "host",
      onWarning: () => {},
    });
    const error = await failureOf(
      scene.runtime.generateText({ role: "default", prompt: "x".repeat(1_000_000) }),
    );
    expect(error.failure).toMatchObject({ kind: "process", exitCode: 3 });
  });
});

onEachTransport("a turn of the real Codex binary that recovers", ({ startScene }) => {
  test.each([
    ["from a cut stream", reply([text("I was about")], { finish: "cut" })],
    ["from a failing service", refuse(500, { error: { message: "boom" } })],
  ])("%s ends as a success with the last message alone", async (_, firstReply) => {
    await using scene = await startScene([firstReply, reply([text("The whole answer.")])]);
    const answer = await scene.runtime.generateText({ role: "default", prompt: "Hi!" });
    expect(answer).toBe("The whole answer.");
    expect(scene.sim.requests).toHaveLength(2);
  });
});

function withToken(bridge: ToolBridgeHandle, bearerToken: string): ToolBridgeHandle {
  return {
    url: bridge.url,
    bearerTokenEnvVar: bridge.bearerTokenEnvVar,
    bearerToken,
    close: () => bridge.close(),
    [Symbol.asyncDispose]: () => bridge.close(),
  };
}
