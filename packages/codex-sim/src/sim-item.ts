/** One item of the stand-in model's response. Made by the factories below. */
export type SimItem =
  | { readonly type: "text"; readonly text: string; readonly deltas: number }
  | { readonly type: "partial-text"; readonly text: string }
  | { readonly type: "refusal"; readonly refusal: string }
  | { readonly type: "reasoning"; readonly summary: readonly string[] }
  | {
      readonly type: "tool-call";
      readonly name: string;
      readonly arguments: string;
      readonly namespace?: string | undefined;
      readonly callId?: string;
    }
  | {
      readonly type: "custom-tool-call";
      readonly name: string;
      readonly input: string;
      readonly callId?: string;
    }
  | { readonly type: "raw-item"; readonly item: Readonly<Record<string, unknown>> }
  | { readonly type: "raw-event"; readonly event: SseEvent };

/** One server-sent event of the Responses stream: its `type` names it. */
export interface SseEvent extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

/** An assistant message. `deltas` is the number of pieces it is streamed in. @default 1 */
export function text(content: string, options: { readonly deltas?: number } = {}): SimItem {
  return { type: "text", text: content, deltas: Math.max(1, Math.trunc(options.deltas ?? 1)) };
}

/** A message that starts and never finishes; for the finishes `cut`, `end` and `stall`. */
export function partialText(content: string): SimItem {
  return { type: "partial-text", text: content };
}

/**
 * A function call. Several in one reply are parallel calls.
 *
 * `args` is sent as JSON; a string is sent unchanged, for malformed arguments.
 * Without a `namespace` it is made in the one in which the request offers the tool: Codex lists the tools of the MCP server
 * `ktx` in `mcp__ktx`, and dynamic tools in none.
 * Without a `callId` each call gets its own.
 */
export function toolCall(
  name: string,
  args: Readonly<Record<string, unknown>> | string,
  options: { readonly namespace?: string | undefined; readonly callId?: string } = {},
): SimItem {
  return {
    type: "tool-call",
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
    ...options,
  };
}

/** A call of a free-form tool, such as `apply_patch`, or `exec` of the code-mode models. */
export function customToolCall(
  name: string,
  input: string,
  options: { readonly callId?: string } = {},
): SimItem {
  return { type: "custom-tool-call", name, input, ...options };
}

/** The summary of a reasoning step, in its parts. */
export function reasoning(...summary: readonly string[]): SimItem {
  return { type: "reasoning", summary };
}

/** A message whose only content is a refusal. Codex drops it: the turn completes without an answer. */
export function refusal(content: string): SimItem {
  return { type: "refusal", refusal: content };
}

/** Any output item, such as a `web_search_call`, sent unchanged in `response.output_item.done`. */
export function rawItem(item: Readonly<Record<string, unknown>>): SimItem {
  return { type: "raw-item", item };
}

/** Any event of the stream, sent unchanged, such as `{ type: "error", … }`. */
export function rawEvent(event: SseEvent): SimItem {
  return { type: "raw-event", event };
}
