import type { ThreadItem } from "@ktx/codex-events";
import type { HistoryItem } from "@ktx/codex-runtime";

/** A completed tool call as part of a conversation; undefined for any other item. Pure. */
export function toolCallOf(
  item: ThreadItem,
): Extract<HistoryItem, { readonly type: "tool-call" }> | undefined {
  if (item.type !== "mcp_tool_call") return undefined;
  const { tool, arguments: given, result, error } = item;
  const texts = (result?.content ?? []).flatMap(textOf);
  return {
    type: "tool-call",
    tool,
    arguments: isRecord(given) ? given : {},
    result: texts.length === 0 ? (error?.message ?? "") : texts.join("\n"),
  };
}

function textOf(block: unknown): readonly string[] {
  return isRecord(block) && typeof block["text"] === "string" ? [block["text"]] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
