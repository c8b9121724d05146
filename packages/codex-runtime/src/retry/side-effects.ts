import { resolveToolSet, type ToolSet } from "@ktx/mcp-bridge";
import { toolServerName } from "../build-codex-config.ts";
import type { ToolCallReport } from "../turn/tool-call-log.ts";

/**
 * Whether one of these calls may have changed something: any that was begun, unless the tool is one of
 * ours that says `readOnlyHint` or `idempotentHint`.
 */
export function mayHaveSideEffects(calls: readonly ToolCallReport[], toolSet: ToolSet): boolean {
  if (calls.length === 0) return false;
  const repeatable = new Set(
    resolveToolSet(toolSet)
      .filter(
        ({ tool: { annotations } }) => annotations?.readOnlyHint || annotations?.idempotentHint,
      )
      .map(({ tool }) => tool.name),
  );
  return calls.some(
    ({ server = toolServerName, tool }) => server !== toolServerName || !repeatable.has(tool),
  );
}
