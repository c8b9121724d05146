import { type ApproveToolCall, type ToolSet } from "@ktx/mcp-bridge";

/** Asks about each call, except for those of tools that are marked `readOnlyHint: true`. */
export function approveWrites(toolSet: ToolSet, ask: ApproveToolCall): ApproveToolCall {
  const readOnly = new Set(
    Object.values(toolSet)
      .filter(({ annotations }) => annotations?.readOnlyHint === true)
      .map(({ name }) => name),
  );
  return (call) => (readOnly.has(call.name) ? { allow: true } : ask(call));
}
