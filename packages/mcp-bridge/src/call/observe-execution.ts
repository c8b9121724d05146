import { inspect } from "node:util";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { approveCall } from "./approve-call.ts";
import type { BridgedTool } from "../tool/bridged-tool.ts";
import type { ToolCallResult, ToolObserver } from "./tool-observer.ts";
import type { ToolVerdict } from "../tool/tool-approval.ts";

type Execute = BridgedTool["execute"];

/** The observer of the calls of one bridge. */
export interface ExecutionListener {
  /** Read at the start of each call. */
  findObserver(): ToolObserver | undefined;
  /** Counts the calls from 1. */
  nextCallId(): number;
  /** Receives an error that the observer threw or rejected with. */
  onError(error: unknown): void;
}

/**
 * An `execute` that reports each call to an observer, for a custom bridge that reports nothing itself, and asks for the
 * decision about a call where the bridge has not asked. Data that only
 * the bridge has is missing: refused calls do not appear, the arguments are the parsed ones, the wait for a turn is
 * 0, and the sizes are those of the values as JSON.
 */
export function observeExecution(
  execute: Execute,
  { alias, tool }: { readonly alias: string; readonly tool: BridgedTool },
  listener: ExecutionListener,
): Execute {
  return async (input, context) => {
    const observer = listener.findObserver();
    // A server that is not a host of ours asks nobody.
    const isUndecided = context?.approval === undefined && tool.approve !== undefined;
    if (observer === undefined && !isUndecided) return execute(input, context);
    const startedAt = performance.now();
    const { value, text: argumentText } = copyOf(input);
    const call = {
      callId: listener.nextCallId(),
      alias,
      name: tool.name,
      arguments: value,
      argumentBytes: Buffer.byteLength(argumentText),
    };
    const tell = (act: () => unknown): void => void attempt(act, listener.onError);
    const end = (
      facts: Pick<ToolCallResult, "outcome" | "approval" | "text" | "error">,
      bytes: number,
    ): void => {
      const durationMs = performance.now() - startedAt;
      const sizes = { durationMs, waitedMs: 0, resultBytes: bytes, sentBytes: bytes };
      tell(() => observer?.onResult?.({ ...call, ...facts, ...sizes }));
    };
    tell(() => observer?.onCall?.(call));
    let approval: ToolVerdict | undefined;
    try {
      const signal = context?.signal ?? new AbortController().signal;
      const approved = isUndecided
        ? await approveCall(tool, input, { callId: call.callId, signal, isParsed: true })
        : { input };
      approval = approved.verdict;
      if ("result" in approved) {
        const said = textOf(approved.result);
        if (approval === undefined) throw new Error(said);
        end({ outcome: "denied", approval, text: said }, Buffer.byteLength(said));
        return said;
      }
      // The schema of the tool has just produced it.
      const output = await execute(approved.input as never, context);
      const { text } = copyOf(output);
      end(
        { outcome: "ok", ...(approval && { approval }), text: text.slice(0, longestText) },
        Buffer.byteLength(text),
      );
      return output;
    } catch (error) {
      const outcome = context?.signal?.aborted ? "cancelled" : "error";
      const text = error instanceof Error ? error.message : inspect(error, { depth: 0 });
      end(
        { outcome, ...(approval && { approval }), error: text.slice(0, longestText) },
        Buffer.byteLength(text),
      );
      throw error;
    }
  };
}

function textOf({ content }: CallToolResult): string {
  return content.flatMap((block) => (block.type === "text" ? block.text : [])).join("\n");
}

const longestText = 4_096;

/** The value as JSON, copied because the tool may change its input. */
function copyOf(value: unknown): { readonly value: object; readonly text: string } {
  try {
    const json = JSON.stringify(value) ?? "";
    const copy: unknown = json === "" ? {} : JSON.parse(json);
    return {
      value: typeof copy === "object" && copy !== null ? copy : {},
      text: typeof value === "string" ? value : json,
    };
  } catch {
    return { value: {}, text: "" };
  }
}

async function attempt(act: () => unknown, onError: (error: unknown) => void): Promise<void> {
  try {
    await act();
  } catch (error) {
    onError(error);
  }
}
