import type {
  ApproveToolCall,
  BridgedTool,
  ToolCallToApprove,
  ToolDecision,
  ToolSet,
} from "@ktx/mcp-bridge";
import { copyTool } from "./copy-tool.ts";

/**
 * The same tools, of which each call needs a decision of `find()` as well. A tool's own `approve` decides first, and the
 * other one sees the arguments that it gives. The copies of such tools lose this decision: make it the last change.
 *
 * @param find The one that decides now; undefined where nobody does.
 */
export function withApproval(toolSet: ToolSet, find: () => ApproveToolCall | undefined): ToolSet {
  const decided = Object.entries(toolSet).map(([alias, tool]): [string, BridgedTool] => {
    const { approve: own, ...copy } = copyTool(tool);
    return [
      alias,
      {
        ...copy,
        // Where nobody decides, a call need not be read twice.
        get approve(): BridgedTool["approve"] {
          const next = find();
          return next === undefined ? own : (call) => decideTogether(own, next, call);
        },
      },
    ];
  });
  return Object.fromEntries(decided);
}

async function decideTogether(
  own: BridgedTool["approve"],
  next: ApproveToolCall,
  call: ToolCallToApprove,
): Promise<ToolDecision> {
  if (own === undefined) return next(call);
  const first = await own(call);
  // The host refuses an answer that is no decision.
  if (!allows(first)) return first;
  const given = first.arguments;
  const decision = await next(given === undefined ? call : { ...call, arguments: given });
  return given === undefined || !decision.allow ? decision : { arguments: given, ...decision };
}

function allows(decision: ToolDecision | undefined): decision is ToolDecision & { allow: true } {
  return decision?.allow === true;
}
