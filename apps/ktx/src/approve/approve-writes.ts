import { codexToolName } from "@ktx/codex-runtime";
import { type ApproveToolCall, type ToolSet } from "@ktx/mcp-bridge";
import type { CallObserver } from "../agent/call-observer.ts";

/**
 * Asks about each call, except for those of tools that are marked `readOnlyHint: true`.
 *
 * @param observer hears of each call that was allowed, whose tool runs from then on.
 */
export function approveWrites(
  toolSet: ToolSet,
  ask: ApproveToolCall,
  observer: Pick<CallObserver, "onCallAllowed">,
): ApproveToolCall {
  const readOnly = new Set(
    Object.values(toolSet)
      .filter(({ annotations }) => annotations?.readOnlyHint === true)
      .map(({ name }) => name),
  );
  return async (call) => {
    if (readOnly.has(call.name)) return { allow: true };
    const decision = await ask(call);
    if (decision.allow) observer.onCallAllowed?.(codexToolName(call.name), call.arguments);
    return decision;
  };
}
