import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { McpToolCallItem, ThreadItem } from "@ktx/codex-events";
import type { WaitingCall } from "./turn-calls.ts";

/** The parts of a call that the client must answer. Pure. */
export function describeCall(call: WaitingCall): readonly LanguageModelV4StreamPart[] {
  const { toolCallId, toolName, input } = call;
  return inputParts({ toolCallId, toolName, input }, {});
}

/** The parts of an item of Codex; empty for one that the AI SDK has no part for. */
export function describeItem(
  type: "item.started" | "item.completed",
  item: ThreadItem,
  nextId: () => string,
): readonly LanguageModelV4StreamPart[] {
  if (item.type === "reasoning" && type === "item.completed") {
    const id = nextId();
    return [
      { type: "reasoning-start", id },
      { type: "reasoning-delta", id, delta: item.text },
      { type: "reasoning-end", id },
    ];
  }
  if (item.type !== "mcp_tool_call") return [];
  const toolCallId = item.id ?? nextId();
  const toolName = item.tool;
  if (type === "item.started")
    return inputParts(
      { toolCallId, toolName, input: JSON.stringify(item.arguments ?? {}) },
      { providerExecuted: true },
    );
  const result = textOf(item);
  const isError = item.status === "failed";
  return [{ type: "tool-result", toolCallId, toolName, result, ...(isError && { isError }) }];
}

function inputParts(
  { toolCallId, toolName, input }: WaitingCall,
  executed: { readonly providerExecuted?: true },
): readonly LanguageModelV4StreamPart[] {
  return [
    { type: "tool-input-start", id: toolCallId, toolName, ...executed },
    { type: "tool-input-delta", id: toolCallId, delta: input },
    { type: "tool-input-end", id: toolCallId },
    { type: "tool-call", toolCallId, toolName, input, ...executed },
  ];
}

/** The texts of a result, or of its error. */
function textOf({ result, error }: McpToolCallItem): string {
  const texts = (result?.content ?? []).map((block) =>
    typeof block === "object" && block !== null && "text" in block && typeof block.text === "string"
      ? block.text
      : "(a part that is no text)",
  );
  return texts.length > 0 ? texts.join("\n") : (error?.message ?? "");
}
