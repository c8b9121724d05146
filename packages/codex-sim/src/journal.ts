import type { SimFault } from "./faults.ts";
import type { SimReply } from "./sim-reply.ts";
import type { SimRequest } from "./sim-request.ts";

/** A model request and the reply to it, as JSON has them. */
export interface JournalEntry extends Pick<
  SimRequest,
  "index" | "method" | "path" | "headers" | "model" | "tools" | "userText" | "toolOutputs" | "bytes"
> {
  /** The parsed body, for all that the other fields do not have. */
  readonly body: unknown;
  /** `stream`, `http 429`, `never-answer` or `drop-connection`. */
  readonly reply: string;
  /** The planned fault that met it. */
  readonly fault?: SimFault["kind"];
}

export function journalEntry(
  request: SimRequest,
  reply: SimReply,
  fault: SimFault | undefined,
): JournalEntry {
  const { index, method, path, headers, model, tools, userText, toolOutputs, bytes, body } =
    request;
  return {
    index,
    method,
    path,
    headers,
    ...(model !== undefined && { model }),
    tools,
    userText,
    toolOutputs,
    bytes,
    body,
    reply: reply.type === "http" ? `http ${reply.status}` : reply.type,
    ...(fault && { fault: fault.kind }),
  };
}
