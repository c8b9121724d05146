import { boundText } from "./bound-text.ts";
import { isJsonObject } from "./json-object.ts";
import type { McpToolCallItem, McpToolResult } from "./thread-event.ts";

/** A failed tool call. The turn goes on: the model read the same reason. */
export interface ToolFailure {
  readonly server?: string;
  readonly tool: string;
  /** The reason, cut at about 4,000 characters. */
  readonly message: string;
  /**
   * True once the model recovered: a later call of the same tool succeeded, or an agent message with text
   * completed after the failure.
   */
  readonly recovered: boolean;
}

/**
 * The failure of a completed tool call, if it failed: by its status, or by a populated error. It is not
 * recovered yet.
 *
 * A transport failure has its reason in `error.message`. A tool that answered `isError` has it in the text of
 * `result.content`, without an error.
 */
export function findToolFailure(item: McpToolCallItem): ToolFailure | undefined {
  if (item.status !== "failed" && !item.error) return undefined;
  return {
    ...(item.server !== undefined && { server: item.server }),
    tool: item.tool,
    message: boundText(item.error?.message || resultText(item.result) || noReason, 4000),
    recovered: false,
  };
}

const noReason = "The tool call failed without a reason.";

function resultText(result: McpToolResult | undefined): string {
  if (!result) return "";
  const text = result.content
    .flatMap((block) =>
      isJsonObject(block) && typeof block["text"] === "string" ? block["text"] : [],
    )
    .join("\n")
    .trim();
  return text === "" ? structuredText(result.structured_content) : text;
}

function structuredText(structured: unknown): string {
  try {
    return structured === undefined || structured === null ? "" : JSON.stringify(structured);
  } catch {
    // Nested too deep for the stack: parsing such JSON works, writing it does not.
    return "";
  }
}
