import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { measureText } from "./limit-result.ts";
import type { CallRun } from "./run-call.ts";
import type { ToolCall, ToolCallResult } from "./tool-observer.ts";
import type { ResolvedTool } from "../tool/tool-set.ts";

/** The event of a call that has arrived, with a copy of its arguments: the tool may change what it is given. */
export function describeCall(
  callId: number,
  { alias, tool }: ResolvedTool,
  input: object,
  modelCallId?: string,
): ToolCall {
  const { copy, bytes } = copyOf(input);
  return {
    callId,
    ...(modelCallId !== undefined && { modelCallId }),
    alias,
    name: tool.name,
    arguments: copy,
    argumentBytes: bytes,
  };
}

/** The event of a call that has ended with `run`, of which the client was sent `sent`. */
export function describeResult(call: ToolCall, run: CallRun, sent: CallToolResult): ToolCallResult {
  const { result, ...facts } = run;
  const text = headOf(textOf(sent), maxObservedCharacters);
  return {
    ...call,
    ...facts,
    ...(sent.isError === true ? { error: text } : { text }),
    resultBytes: measureText(result),
    sentBytes: measureText(sent),
  };
}

/** Arguments from the wire are JSON. A client in memory may send what is not, which is then passed on uncopied. */
function copyOf(input: object): { readonly copy: object; readonly bytes: number } {
  try {
    const json = JSON.stringify(input);
    const copy: object = JSON.parse(json);
    return { copy, bytes: Buffer.byteLength(json) };
  } catch {
    return { copy: input, bytes: 0 };
  }
}

function textOf({ content }: CallToolResult): string {
  return content.flatMap((block) => (block.type === "text" ? block.text : [])).join("\n");
}

/** In UTF-16 code units: enough to show, and not so much that a long run fills the memory. */
const maxObservedCharacters = 4_096;

/** The beginning of a text, with no half of a character at its end. */
function headOf(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
