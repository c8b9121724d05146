import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { ToolContext } from "../tool/bridged-tool.ts";
import { callTool } from "./call-tool.ts";
import { describeThrown } from "../describe-thrown.ts";
import type { Lane } from "./lane.ts";
import type { ToolCallResult } from "./tool-observer.ts";
import { errorResult } from "../tool/tool-result.ts";
import type { ResolvedTool } from "../tool/tool-set.ts";
import { withDeadline } from "./with-deadline.ts";

/** A call that has ended, and its outcome. */
export interface CallRun extends Pick<
  ToolCallResult,
  "outcome" | "durationMs" | "waitedMs" | "approval" | "changedArguments"
> {
  readonly result: CallToolResult;
}

/** Waits for the call's turn and runs it, both within the tool's time limit. Never rejects. */
export async function runCall(
  { tool, timeoutMs }: ResolvedTool,
  lane: Lane,
  input: unknown,
  context: ToolContext,
): Promise<CallRun> {
  const startedAt = performance.now();
  let begunAt: number | undefined;
  let endedBy: unknown;
  const timedOut = (): Error => new ToolTimeout(tool.name, timeoutMs, begunAt !== undefined);
  const deadline = { timeoutMs, keepsAlive: tool.keepsAlive ?? true };
  const result = await withDeadline(context.signal, deadline, timedOut, async (signal) => {
    try {
      const leave = await lane.enter(signal);
      begunAt = performance.now();
      return await callTool(tool, input, { ...context, signal }).finally(leave);
    } catch (error) {
      return errorResult(describeThrown(error));
    } finally {
      endedBy = signal.reason;
    }
  });
  const endedAt = performance.now();
  return {
    result,
    outcome: outcomeOf(result, endedBy),
    durationMs: endedAt - startedAt,
    waitedMs: (begunAt ?? endedAt) - startedAt,
  };
}

/** `endedBy` is the reason of the call's signal, undefined when that did not fire. */
function outcomeOf(result: CallToolResult, endedBy: unknown): ToolCallResult["outcome"] {
  if (result.isError !== true) return "ok";
  if (endedBy === undefined) return "error";
  return endedBy instanceof ToolTimeout ? "timeout" : "cancelled";
}

class ToolTimeout extends Error {
  override readonly name = "ToolTimeout";

  constructor(tool: string, timeoutMs: number, begun: boolean) {
    const seconds = timeoutMs / 1000;
    super(
      begun
        ? `${tool} did not finish within its time limit of ${seconds} s and was stopped.`
        : `${tool} did not start: earlier calls were still running after its time limit of ${seconds} s. Try again later.`,
    );
  }
}
