import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import {
  type BridgedTool,
  defineTool,
  resolveToolSet,
  startToolBridge,
  type ObservableToolBridge,
  type ToolBridgeHandle,
  type ToolBridgeOptions,
  type ToolContext,
  type ToolSet,
} from "../src/index.ts";
import { createToolHost, type ToolHost, type ToolHostOptions } from "../src/call/tool-host.ts";

/** A tool named `name` that returns `output`, whatever it is called with. */
export function toolReturning(output: unknown, name = "subject"): BridgedTool {
  return defineTool({
    name,
    description: "Returns what it was made with.",
    inputSchema: z.object({}),
    execute: () => output,
  });
}

/** A tool that never ends by itself and keeps every signal that it was given. */
export function stuckTool(name = "stuck"): {
  readonly tool: BridgedTool;
  readonly signals: AbortSignal[];
  readonly called: Promise<void>;
} {
  const signals: AbortSignal[] = [];
  const { promise: called, resolve } = Promise.withResolvers<void>();
  const tool = defineTool({
    name,
    description: "Never returns.",
    inputSchema: z.object({}),
    annotations: { readOnlyHint: true },
    execute: (_input, { signal }) => {
      signals.push(signal);
      resolve();
      return new Promise(() => {});
    },
  });
  return { tool, signals, called };
}

export const greet: BridgedTool<{ who: string }> = defineTool({
  name: "greet",
  title: "Greet",
  description: "Greets somebody.",
  inputSchema: z.object({ who: z.string().min(1) }),
  annotations: { readOnlyHint: true },
  execute: ({ who }) => `Hello, ${who}!`,
});

export function startBridge(
  toolSet: ToolSet = { greet },
  options: Partial<ToolBridgeOptions> = {},
): Promise<ObservableToolBridge> {
  return startToolBridge({ projectDir: "/project", toolSet, ...options });
}

/** A host of these tools, under the aliases tool0, tool1, …; an object that is no tool overrides its options. */
export function hostOf(...parts: readonly (BridgedTool | Partial<ToolHostOptions>)[]): ToolHost {
  const isTool = (part: BridgedTool | Partial<ToolHostOptions>): part is BridgedTool =>
    "execute" in part;
  const tools = parts.filter(isTool).map((tool, index) => [`tool${index}`, tool]);
  const options = parts.find((part) => !isTool(part)) ?? {};
  return createToolHost(resolveToolSet(Object.fromEntries(tools)), {
    maxOutputBytes: 40_000,
    ...options,
  });
}

/** The text of a result's first block. */
export function textOf({ content }: CallToolResult): string {
  return content[0]?.type === "text" ? content[0].text : "";
}

/** A context in which nobody listens to progress and logs. */
export function contextWith(signal: AbortSignal): ToolContext {
  return { signal, progress: () => {}, log: () => {} };
}

/** The SDK's own client, connected to a bridge; disposing it ends its connections. */
export async function connectClient(
  bridge: ToolBridgeHandle,
): Promise<{ readonly client: Client; readonly sessionId: string } & AsyncDisposable> {
  const client = new Client({ name: "test-client", version: "1.0.0" });
  const transport = new StreamableHTTPClientTransport(new URL(bridge.url), {
    requestInit: { headers: { Authorization: `Bearer ${bridge.bearerToken}` } },
  });
  await client.connect(transport);
  return {
    client,
    sessionId: transport.sessionId ?? "",
    [Symbol.asyncDispose]: () => client.close(),
  };
}
