import { EventEmitter, once } from "node:events";
import {
  reply,
  type SimReply,
  type SimRequest,
  type SimScript,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { type BridgedTool, defineTool, startToolBridge } from "@ktx/mcp-bridge";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  AppServerRunner,
  CodexError,
  type CodexRunner,
  SdkCodexRunner,
  type StartMcpServer,
} from "../../src/index.ts";
import { namespace, startScene } from "./scene.ts";

/** A tool that counts its starts. */
function chargeTool(
  work: () => unknown,
  annotations?: BridgedTool["annotations"],
): { readonly tool: BridgedTool; readonly starts: () => number } {
  let starts = 0;
  const tool = defineTool({
    name: "charge",
    description: "Charges the customer.",
    inputSchema: z.object({}),
    ...(annotations && { annotations }),
    execute: () => {
      starts += 1;
      return work();
    },
  });
  return { tool, starts: () => starts };
}

/** Calls the tool in every thread, and answers once it has the result. */
const charging = ({ toolOutputs }: Pick<SimRequest, "toolOutputs">): SimReply =>
  reply([toolOutputs.length === 0 ? toolCall("charge", {}, { namespace }) : text("Charged.")]);

/** Keeps this process from doing anything else. */
function blockHost(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const runners = { exec: SdkCodexRunner, "app-server": AppServerRunner } as const;
const transports = ["exec", "app-server"] as const;

/** Runs Codex as it is, but tells of nothing, and breaks once the turn has ended or the tool has started. */
function silentRunner(transport: keyof typeof runners, starts?: EventEmitter): CodexRunner {
  const real = new runners[transport]();
  return {
    async runStreamed(input) {
      const events = await real.runStreamed(input);
      return (async function* () {
        const drained = (async () => {
          for await (const event of events) if (event === undefined) break;
        })().catch(() => {});
        await Promise.race([drained, ...(starts ? [once(starts, "start")] : [])]);
        yield* [];
        throw new Error("stream disconnected before completion: cut");
      })();
    },
  };
}

const ask = { role: "default", prompt: "Charge.", maxRetries: 3, random: () => 0 } as const;

describe.each(transports)("over %s, a tool that may change something runs once", (transport) => {
  test("when the host was blocked for longer than the idle limit", async () => {
    await using scene = await startScene(charging, { transport });
    const { tool, starts } = chargeTool(() => {
      blockHost(2_500);
      return "done";
    });
    await scene.runtime
      .generateText({ ...ask, tools: { tool }, idleTimeoutMs: 1_000 })
      .catch(() => {});
    expect(starts()).toBe(1);
  });

  // Whenever the block begins, the call has its effect once: in this attempt or in the next.
  test.each([0, 10])(
    "when the host was blocked from %i ms after the model asked for the call",
    async (afterMs) => {
      let isBlocked = false;
      const script: SimScript = (request) => {
        if (!isBlocked) setTimeout(() => blockHost(1_500), afterMs);
        isBlocked = true;
        return charging(request);
      };
      await using scene = await startScene(script, { transport });
      const { tool, starts } = chargeTool(() => "done");
      await scene.runtime
        .generateText({ ...ask, tools: { tool }, idleTimeoutMs: 1_000 })
        .catch(() => {});
      expect(starts()).toBe(1);
    },
  );

  test("when it outlasts the idle limit, and still runs", async () => {
    await using scene = await startScene(charging, { transport });
    const { tool, starts } = chargeTool(() => new Promise(() => {}));
    const answer = scene.runtime.generateText({ ...ask, tools: { tool }, idleTimeoutMs: 1_000 });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "timeout", limit: "idle" } });
    expect(starts()).toBe(1);
  });

  test("when the stream fails without any event", async () => {
    await using scene = await startScene(charging, { runner: silentRunner(transport) });
    const { tool, starts } = chargeTool(() => "done");
    await expect(scene.runtime.generateText({ ...ask, tools: { tool } })).rejects.toBeInstanceOf(
      CodexError,
    );
    expect(starts()).toBe(1);
  });

  test("when the stream fails without any event while the tool runs", async () => {
    const events = new EventEmitter();
    const runner = silentRunner(transport, events);
    await using scene = await startScene(charging, { runner });
    const { tool, starts } = chargeTool(() => {
      events.emit("start");
      return new Promise(() => {});
    });
    await expect(scene.runtime.generateText({ ...ask, tools: { tool } })).rejects.toBeInstanceOf(
      CodexError,
    );
    expect(starts()).toBe(1);
  });

  test("when the bridge is somebody else's, which tells of nothing", async () => {
    const startMcpServer: StartMcpServer = async (input) => {
      const bridge = await startToolBridge(input);
      const { url, bearerToken, bearerTokenEnvVar } = bridge;
      const close = (): Promise<void> => bridge.close();
      return { url, bearerToken, bearerTokenEnvVar, close, [Symbol.asyncDispose]: close };
    };
    const runner = silentRunner(transport);
    await using scene = await startScene(charging, { runner, startMcpServer });
    const { tool, starts } = chargeTool(() => "done");
    await expect(scene.runtime.generateText({ ...ask, tools: { tool } })).rejects.toBeInstanceOf(
      CodexError,
    );
    expect(starts()).toBe(1);
  });

  test("but one that only reads runs in each attempt", async () => {
    await using scene = await startScene(charging, { runner: silentRunner(transport) });
    const { tool, starts } = chargeTool(() => "done", { readOnlyHint: true });
    const answer = scene.runtime.generateText({ ...ask, maxRetries: 1, tools: { tool } });
    await expect(answer).rejects.toBeInstanceOf(CodexError);
    expect(starts()).toBe(2);
  });
});
