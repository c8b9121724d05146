import type { LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";
import { z } from "zod";
import type { DescribedOutput, PromptImage } from "./tool-output.ts";

/** A call of Codex that waits for the result of a client's tool. */
export interface AskedCall {
  readonly toolName: string;
  /** JSON. */
  readonly input: string;
  readonly answer: (output: DescribedOutput) => void;
}

/** The client's tools for Codex: each call waits until the client answers it, or the turn ends. */
export function clientTools(
  tools: readonly LanguageModelV4FunctionTool[],
  onCall: (call: AskedCall) => void,
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
      onCall({ toolName: tool.name, input: JSON.stringify(input), answer: resolve });
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

/**
 * The input of a call that Codex has not made yet, as JSON in the form of the client's schema; undefined for arguments
 * that Codex or the tool itself will refuse. Pure.
 */
export function readInput(tool: BridgedTool | undefined, written: string): string | undefined {
  if (tool === undefined) return undefined;
  try {
    const given: unknown = JSON.parse(written);
    const input: unknown = tool.decodeInput === undefined ? given : tool.decodeInput(given);
    const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
    return isObject ? JSON.stringify(input) : undefined;
  } catch {
    return undefined;
  }
}

function toImageBlock({ mediaType, data }: PromptImage) {
  return {
    type: "image",
    mimeType: mediaType,
    data: typeof data === "string" ? data : Buffer.from(data).toString("base64"),
  } as const;
}
