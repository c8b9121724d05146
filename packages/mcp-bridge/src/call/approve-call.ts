import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { describeValue } from "../bridge-error.ts";
import type { BridgedTool } from "../tool/bridged-tool.ts";
import { readInput, untilAborted } from "./call-tool.ts";
import { describeThrown } from "../describe-thrown.ts";
import type { ToolVerdict } from "../tool/tool-approval.ts";
import { errorResult } from "../tool/tool-result.ts";

/** A call after its decision: it continues with this input, or ends with this result. */
export type ApprovedCall =
  | { readonly verdict?: Exclude<ToolVerdict, "denied">; readonly input: unknown }
  | { readonly verdict?: "denied"; readonly result: CallToolResult };

export interface ApprovalContext {
  readonly callId: number;
  readonly signal: AbortSignal;
  /** True where the input is what the tool's schema yields, as in `execute`; other arguments then are, too. */
  readonly isParsed?: boolean;
}

/**
 * Asks for the decision about a call, if there is an approver. Never rejects. Input that the schema refuses is answered
 * without a decision.
 *
 * @param input The arguments of the model.
 */
export async function approveCall(
  tool: BridgedTool,
  input: unknown,
  { callId, signal, isParsed = false }: ApprovalContext,
): Promise<ApprovedCall> {
  const { name, approve } = tool;
  if (approve === undefined) return { input };
  try {
    const read = isParsed
      ? ({ ok: true, given: input } as const)
      : await untilAborted(readInput(tool, input), signal);
    if (!read.ok) return { result: read.result };
    // The tool runs with what is shown, whatever becomes of the copy.
    const kept = jsonCopy(read.given);
    const call = { callId, name, arguments: jsonCopy(kept), signal };
    const answer: unknown = await untilAborted(approve.call(tool, call), signal);
    const { success, data } = decision.safeParse(answer);
    if (!success) throw new TypeError(wrongAnswer(answer));
    if (!data.allow) return { verdict: "denied", result: denial(name, data.reason) };
    if (data.arguments === undefined) return { verdict: "allowed", input: isParsed ? input : kept };
    const changed = await untilAborted(readInput(tool, data.arguments), signal);
    return changed.ok
      ? { verdict: "changed", input: isParsed ? changed.input : jsonCopy(data.arguments) }
      : { result: replaced(name, changed.result) };
  } catch (error) {
    if (signal.aborted) return { result: errorResult(describeThrown(signal.reason)) };
    return {
      result: errorResult(
        `${name} was not called: the approval of the call failed: ${describeThrown(error)}`,
      ),
    };
  }
}

const decision = z.discriminatedUnion("allow", [
  z.object({ allow: z.literal(true), arguments: z.record(z.string(), z.unknown()).optional() }),
  z.object({ allow: z.literal(false), reason: z.string() }),
]);

function wrongAnswer(answer: unknown): string {
  return `expected { allow: true }, with or without arguments, or { allow: false, reason }, got ${describeValue(answer)}`;
}

/** Not an error: the tool has not failed, and the model may try another way. */
function denial(name: string, reason: string): CallToolResult {
  const text = `${name} was not called. The call was denied: ${reason}`;
  return { content: [{ type: "text", text: text.toWellFormed() }] };
}

function replaced(name: string, { content }: CallToolResult): CallToolResult {
  const [first] = content;
  const why = first?.type === "text" ? first.text : "";
  return errorResult(
    `${name} was not called: the arguments that its approval put in place of yours cannot be used. ${why}`,
  );
}

function jsonCopy(value: unknown): Readonly<Record<string, unknown>> {
  const copy: unknown = JSON.parse(JSON.stringify(value ?? {}));
  return Object(copy);
}
