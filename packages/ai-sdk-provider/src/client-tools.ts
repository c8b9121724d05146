import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import type { DescribedOutput, PromptImage } from "./tool-output.ts";

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
    // The thread ends before.
    timeoutMs: waitMs + 60_000,
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
      const { text, images, isError } = await promise;
      const isEmpty = text === "" && images.length === 0;
      const texts = isEmpty ? ["(empty)"] : text === "" ? [] : [text];
      return {
        content: [
          ...texts.map((each) => ({ type: "text", text: each }) as const),
          ...images.map(toImageBlock),
        ],
        isError,
      };
    },
  });
  return Object.fromEntries(tools.map((tool) => [tool.name, offer(tool)]));
}

function toImageBlock({ mediaType, data }: PromptImage) {
  return {
    type: "image",
    mimeType: mediaType,
    data: typeof data === "string" ? data : Buffer.from(data).toString("base64"),
  } as const;
}
