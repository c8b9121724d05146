import { approveCall } from "./approve-call.ts";
import type { ToolContext } from "../tool/bridged-tool.ts";
import type { Lane } from "./lane.ts";
import { type CallRun, runCall } from "./run-call.ts";
import type { ResolvedTool } from "../tool/tool-set.ts";

/** A call, the tool that it is for, and the lane in which it waits. */
export interface QueuedCall {
  readonly resolved: ResolvedTool;
  readonly lane: Lane;
  readonly callId: number;
}

/** Runs a call after its approval. The decision may take any time, and delays no other call. Never rejects. */
export async function runApproved(
  { resolved, lane, callId }: QueuedCall,
  input: object,
  context: ToolContext,
): Promise<CallRun> {
  const { signal } = context;
  const startedAt = performance.now();
  const approved = await approveCall(resolved.tool, input, { callId, signal });
  const decidedMs = performance.now() - startedAt;
  if ("result" in approved) {
    const { result, verdict: approval } = approved;
    return {
      result,
      outcome: approval ?? (signal.aborted ? "cancelled" : "error"),
      ...(approval && { approval }),
      durationMs: decidedMs,
      waitedMs: decidedMs,
    };
  }
  const { verdict: approval } = approved;
  if (approval === undefined) return runCall(resolved, lane, input, context);
  const run = await runCall(resolved, lane, approved.input, { ...context, approval });
  return {
    ...run,
    approval,
    ...(approval === "changed" && { changedArguments: Object(approved.input) }),
    durationMs: run.durationMs + decidedMs,
    waitedMs: run.waitedMs + decidedMs,
  };
}
