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
import { expect, test } from "vitest";
import { z } from "zod";
import {
  CodexError,
  type StartMcpServer,
  type Transport,
  type TransportThread,
} from "../../src/index.ts";
import { openOwnTransport } from "../own-threads.ts";
import { namespace, onEachTransport, type TransportName } from "./scene.ts";

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

/** Codex as it is, but nothing is heard of it, and it breaks once the turn has ended or the tool has started. */
function silentOn(
  name: TransportName,
  { starts, startMcpServer }: { starts?: EventEmitter; startMcpServer?: StartMcpServer } = {},
): (baseUrl: string) => Transport {
  return (baseUrl) => {
    const endpoint = { baseUrl };
    const own = openOwnTransport(name, { endpoint, ...(startMcpServer && { startMcpServer }) });
    return { ...own, openThread: (input) => silence(own.openThread(input), starts) };
  };
}

function silence(thread: TransportThread, starts: EventEmitter | undefined): TransportThread {
  return {
    isOpen: false,
    stderrTail: "",
    async *run(turn) {
      const drained = (async () => {
        for await (const signal of thread.run(turn)) if (signal === undefined) break;
      })().catch(() => {});
      await Promise.race([drained, ...(starts ? [once(starts, "start")] : [])]);
      yield* [];
      throw new Error("stream disconnected before completion: cut");
    },
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

const ask = { role: "default", prompt: "Charge.", maxRetries: 3, random: () => 0 } as const;

onEachTransport("a tool that may change something runs once", ({ transport, startScene }) => {
  test("when the host was blocked for longer than the idle limit", async () => {
    await using scene = await startScene(charging);
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
      await using scene = await startScene(script);
      const { tool, starts } = chargeTool(() => "done");
      await scene.runtime
        .generateText({ ...ask, tools: { tool }, idleTimeoutMs: 1_000 })
        .catch(() => {});
      expect(starts()).toBe(1);
    },
  );

  test("when it outlasts the idle limit, and still runs", async () => {
    await using scene = await startScene(charging);
    const { tool, starts } = chargeTool(() => new Promise(() => {}));
    const answer = scene.runtime.generateText({ ...ask, tools: { tool }, idleTimeoutMs: 1_000 });
    await expect(answer).rejects.toMatchObject({ failure: { kind: "timeout", limit: "idle" } });
    expect(starts()).toBe(1);
  });

  test("when the stream fails without any event", async () => {
    await using scene = await startScene(charging, {}, silentOn(transport));
    const { tool, starts } = chargeTool(() => "done");
    await expect(scene.runtime.generateText({ ...ask, tools: { tool } })).rejects.toBeInstanceOf(
      CodexError,
    );
    expect(starts()).toBe(1);
  });

  test("when the stream fails without any event while the tool runs", async () => {
    const started = new EventEmitter();
    await using scene = await startScene(charging, {}, silentOn(transport, { starts: started }));
    const { tool, starts } = chargeTool(() => {
      started.emit("start");
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
    await using scene = await startScene(charging, {}, silentOn(transport, { startMcpServer }));
    const { tool, starts } = chargeTool(() => "done");
    await expect(scene.runtime.generateText({ ...ask, tools: { tool } })).rejects.toBeInstanceOf(
      CodexError,
    );
    expect(starts()).toBe(1);
  });

  test("but one that only reads runs in each attempt", async () => {
    await using scene = await startScene(charging, {}, silentOn(transport));
    const { tool, starts } = chargeTool(() => "done", { readOnlyHint: true });
    const answer = scene.runtime.generateText({ ...ask, maxRetries: 1, tools: { tool } });
    await expect(answer).rejects.toBeInstanceOf(CodexError);
    expect(starts()).toBe(2);
  });
});
