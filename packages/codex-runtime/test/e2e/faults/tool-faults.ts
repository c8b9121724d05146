import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { reply, type SimScript, text, toolCall } from "@ktx/codex-sim";
import { startToolBridge, type ToolBridgeHandle } from "@ktx/mcp-bridge";
import type { StartMcpServer } from "../../../src/index.ts";
import { namespace } from "../scene.ts";
import { add, endlessTool, fail } from "../tools.ts";
import { askForWork, type Fault, sceneFault } from "./fault.ts";

const call =
  (name: string, args: object): SimScript =>
  ({ index }) =>
    reply([index === 0 ? toolCall(name, { ...args }, { namespace }) : text("Well.")]);

const unasked: SimScript = [];

/** What can go wrong with the tools of a run, and on the way to them. */
export const toolFaults: readonly Fault[] = [
  sceneFault({
    title: "A tool throws, and the model says so.",
    script: call("fail", { why: "it is Monday" }),
    run: (scene) => askForWork(scene, { toolSet: { fail } }),
    kind: "answered",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "A tool throws, and the model says nothing more.",
    script: ({ index }) =>
      reply(index === 0 ? [toolCall("fail", { why: "it is Monday" }, { namespace })] : []),
    run: (scene) => askForWork(scene, { toolSet: { fail } }),
    kind: "tool call failed",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "A tool throws, and `onToolFailure` is `fail`.",
    script: call("fail", { why: "it is Monday" }),
    run: (scene) => askForWork(scene, { toolSet: { fail }, onToolFailure: "fail" }),
    kind: "tool call failed",
    withinSeconds: 5,
  }),
  sceneFault({
    title: "A tool never returns (its own limit 1 s).",
    script: call("hold", {}),
    run: (scene) => {
      const { wait } = endlessTool().tools;
      return askForWork(scene, { toolSet: wait ? { wait: { ...wait, timeoutMs: 1_000 } } : {} });
    },
    kind: "answered",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "A tool never returns (the run's limit 1 s).",
    script: call("hold", {}),
    run: (scene) => askForWork(scene, { toolSet: endlessTool().tools, timeoutMs: 1_000 }),
    kind: "timeout",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The bridge is dead when Codex calls at it.",
    script: unasked,
    options: { startMcpServer: deadBridge },
    run: (scene) => askForWork(scene, { toolSet: { add } }),
    kind: "tool-server",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The bridge refuses Codex.",
    script: unasked,
    options: { startMcpServer: async (input) => withToken(await startToolBridge(input), "wrong") },
    run: (scene) => askForWork(scene, { toolSet: { add } }),
    kind: "tool-server",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The bridge never answers (the run's limit 1 s).",
    script: unasked,
    options: { startMcpServer: slowBridge },
    run: (scene) => askForWork(scene, { toolSet: { add }, timeoutMs: 1_000 }),
    kind: "timeout",
    withinSeconds: 15,
  }),
  sceneFault({
    title: "The bridge cannot be started.",
    script: unasked,
    options: { startMcpServer: () => new Promise(() => {}) },
    run: (scene) => askForWork(scene, { toolSet: { add }, timeoutMs: 1_000 }),
    kind: "timeout",
    withinSeconds: 15,
  }),
  dyingBridge(),
];

/** The bridge is closed by the model's first answer, in which it calls a tool. */
function dyingBridge(): Fault {
  let bridge: ToolBridgeHandle | undefined;
  return sceneFault({
    title: "The bridge dies in the middle of the run.",
    script: async ({ index }) => {
      if (index > 0) return reply([text("Well.")]);
      await bridge?.close();
      return reply([toolCall("add", { a: 1, b: 2 }, { namespace })]);
    },
    options: {
      startMcpServer: async (input) => {
        bridge = await startToolBridge(input);
        return bridge;
      },
    },
    run: (scene) => askForWork(scene, { toolSet: { add } }),
    kind: "answered",
    withinSeconds: 15,
  });
}

async function deadBridge(input: Parameters<StartMcpServer>[0]): Promise<ToolBridgeHandle> {
  const bridge = await startToolBridge(input);
  await bridge.close();
  return bridge;
}

/** Takes every request and leaves it. */
async function slowBridge(input: Parameters<StartMcpServer>[0]): Promise<ToolBridgeHandle> {
  const bridge = await startToolBridge(input);
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await bridge.close();
  };
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    bearerTokenEnvVar: bridge.bearerTokenEnvVar,
    bearerToken: bridge.bearerToken,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function withToken(bridge: ToolBridgeHandle, bearerToken: string): ToolBridgeHandle {
  return {
    url: bridge.url,
    bearerTokenEnvVar: bridge.bearerTokenEnvVar,
    bearerToken,
    close: () => bridge.close(),
    [Symbol.asyncDispose]: () => bridge.close(),
  };
}
