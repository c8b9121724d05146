import { setTimeout as sleep } from "node:timers/promises";
import { reply, type SimScript, text, toolCall } from "@ktx/codex-sim";
import { startToolBridge } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import type { RuntimeWarning, StartMcpServer } from "../../src/index.ts";
import { namespace, onEachTransport } from "./scene.ts";
import { add, endlessTool } from "./tools.ts";

const adding: SimScript = ({ toolOutputs }) =>
  reply([
    toolOutputs.length === 0 ? toolCall("add", { a: 1, b: 2 }, { namespace }) : text("It is 3."),
  ]);

const boom = (): never => {
  throw new Error("boom");
};
const bang = (): Promise<never> => Promise.reject(new Error("bang"));
const everything = (mishap: () => unknown) => ({
  onToolsListed: mishap,
  onCall: mishap,
  onResult: mishap,
});

/** A handle without events, as somebody else's is. */
const startSilentBridge: StartMcpServer = async (input) => {
  const bridge = await startToolBridge(input);
  const { url, bearerToken, bearerTokenEnvVar } = bridge;
  const close = (): Promise<void> => bridge.close();
  return { url, bearerToken, bearerTokenEnvVar, close, [Symbol.asyncDispose]: close };
};

onEachTransport("what is called back", ({ startScene }) => {
  test.each([
    ["throws", boom, "our own bridge", undefined],
    ["rejects", bang, "our own bridge", undefined],
    ["throws", boom, "a bridge without events", startSilentBridge],
    ["rejects", bang, "a bridge without events", startSilentBridge],
  ] as const)("an observer that %s costs neither call nor answer", async (_, mishap, __, start) => {
    const warnings: RuntimeWarning[] = [];
    await using scene = await startScene(adding, {
      onWarning: (warning) => void warnings.push(warning),
      ...(start && { startMcpServer: start }),
    });
    const answer = await scene.runtime.generateText({
      role: "default",
      prompt: "Add.",
      tools: { add },
      toolObserver: everything(mishap),
      onMetrics: mishap,
    });
    expect(answer).toBe("It is 3.");
    expect(scene.sim.requests.at(-1)?.toolOutputs[0]?.output).toContain("The sum is 3.");
    await expect
      .poll(() => new Set(warnings.map((warning) => "callback" in warning && warning.callback)))
      .toEqual(new Set(["toolObserver", "onMetrics"]));
  });

  test.each<[string, unknown]>([
    ["a text", "user left"],
    ["null", null],
    ["0", 0],
    ["an object", { code: "left" }],
    ["an error", new Error("left")],
  ])("an abort in a tool call rejects with its very reason: %s", async (_, reason) => {
    await using scene = await startScene(() => reply([toolCall("hold", {}, { namespace })]));
    const { tools, called, released } = endlessTool();
    const caller = new AbortController();
    const answer = scene.runtime
      .generateText({ role: "default", prompt: "Wait.", tools, abortSignal: caller.signal })
      .then(
        () => expect.unreachable("it answered"),
        (error: unknown) => ({ error }),
      );
    await called;
    caller.abort(reason);
    expect((await answer).error).toBe(reason);
    await released;
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });

  test("an abort while the model is silent rejects with its very reason", async () => {
    const reason = { code: "left" };
    const caller = new AbortController();
    await using scene = await startScene(async () => {
      caller.abort(reason);
      await sleep(10_000, undefined, { ref: false });
      return reply([text("Too late.")]);
    });
    const work = scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: {},
      stepBudget: 3,
      abortSignal: caller.signal,
    });
    await expect(work).rejects.toBe(reason);
  });
});
