import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import { type BridgedTool, type ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import type { DescribedOutput } from "./tool-output.ts";

/** A call of Codex that waits for the result of a client's tool. */
export interface WaitingCall {
  readonly toolCallId: string;
  readonly toolName: string;
  /** JSON. */
  readonly input: string;
  readonly answer: (output: DescribedOutput) => void;
}

/** The client's tools for Codex: each call waits until the client answers it, or the turn ends. */
export function clientTools(
  tools: readonly LanguageModelV4FunctionTool[],
  onCall: (call: WaitingCall) => void,
  waitMs: number,
): ToolSet {
  const offer = (tool: LanguageModelV4FunctionTool): BridgedTool<Record<string, unknown>> => ({
    name: tool.name,
    description: tool.description?.trim() || tool.name,
    // The AI SDK checks the arguments itself.
    inputSchema: z.looseObject({}),
    foreignInputSchema: { ...tool.inputSchema, type: "object" } as NonNullable<
      BridgedTool["foreignInputSchema"]
    >,
    timeoutMs: waitMs,
    keepsAlive: false,
    execute: async (input, { signal }) => {
      const { promise, resolve, reject } = Promise.withResolvers<DescribedOutput>();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      onCall({
        toolCallId: `call_${crypto.randomUUID()}`,
        toolName: tool.name,
        input: JSON.stringify(input),
        answer: resolve,
      });
      const { text, isError } = await promise;
      return { content: [{ type: "text", text: text === "" ? "(empty)" : text }], isError };
    },
  });
  return Object.fromEntries(tools.map((tool) => [tool.name, offer(tool)]));
}
