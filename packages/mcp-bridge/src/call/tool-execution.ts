import { channel } from "node:diagnostics_channel";
import type { BridgedTool, ToolContext } from "../tool/bridged-tool.ts";

/** The channel of `node:diagnostics_channel` that has a `ToolExecution` right before a tool of a run runs. */
export const toolExecutionChannelName = "ktx:tool";

/** A tool that is about to run. A subscriber may change how, for example to run it in a trace context. */
export interface ToolExecution {
  readonly name: string;
  /** The id of the call, as observers have it; absent where the host is not one of ours. */
  readonly callId?: number;
  /**
   * Data such as `traceparent`: `context.meta` of the tool, and `_meta` of a call to another MCP server. A subscriber
   * adds to it.
   */
  readonly meta: Record<string, string>;
  /** Runs the tool. A subscriber may put a function in its place that calls it. */
  execute: () => unknown;
}

const executions = channel(toolExecutionChannelName);

/** Runs a tool as the subscribers of the channel want it; unchanged without subscribers. */
export function executeTool(
  name: string,
  execute: BridgedTool["execute"],
  input: never,
  context: ToolContext,
): unknown {
  if (!executions.hasSubscribers) return execute(input, context);
  const meta: Record<string, string> = {};
  const execution: ToolExecution = {
    name,
    ...(context?.callId !== undefined && { callId: context.callId }),
    meta,
    execute: () => execute(input, { ...context, meta }),
  };
  executions.publish(execution);
  return execution.execute();
}
