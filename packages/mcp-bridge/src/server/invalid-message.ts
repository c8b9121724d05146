import { JSONRPCMessageSchema, type JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

/** The JSON-RPC error about an invalid message. Source: jsonrpc.org/specification, "Error object". */
export interface InvalidMessage {
  /** The id of the message where it has one that can be read; else null. */
  readonly id: string | number | null;
  /** -32700 where the text is no JSON, -32600 where the value is no message; -32000 for all else. */
  readonly code: -32_700 | -32_600 | -32_000;
  /** The expectation, the actual value, and the next step. */
  readonly message: string;
  /** True for a malformed answer. An answer to it could be answered in the same way, without an end. */
  readonly isAnswer?: true;
}

/** Later code walks values by recursion (schemas, JSON, tools), and a deep value would overflow its stack. */
const maxDepth = 256;

export type ReadMessage =
  | { readonly message: JSONRPCMessage }
  | { readonly invalid: InvalidMessage };

/** Reads a text as one message. Pure. */
export function readMessage(text: string): ReadMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { invalid: notJson };
  }
  if (isDeeperThan(maxDepth, value))
    return { invalid: invalid(`Expected at most ${maxDepth} levels of lists and objects.`) };
  const read = JSONRPCMessageSchema.safeParse(value);
  return read.success ? { message: read.data } : { invalid: explainInvalid(value) };
}

/** The error about a body or a line that is no JSON. */
export const notJson: InvalidMessage = {
  id: null,
  code: -32_700,
  message: "Expected one JSON-RPC message as JSON in UTF-8, got text that is not JSON.",
};

/** Says why a JSON value is no message. Pure. */
function explainInvalid(value: unknown): InvalidMessage {
  // The schema has no arrays: batches left the protocol in 2025-06-18.
  if (Array.isArray(value))
    return invalid("Expected one JSON-RPC message, got a list. Send each message by itself.");
  if (typeof value !== "object" || value === null)
    return invalid(
      `Expected a JSON-RPC message, an object with "jsonrpc" and "method", got ${value === null ? "null" : `a ${typeof value}`}.`,
    );
  const fields = new Map<string, unknown>(Object.entries(value));
  const given = fields.get("id");
  const id = typeof given === "string" || typeof given === "number" ? given : null;
  const message =
    fields.get("jsonrpc") === "2.0"
      ? 'Expected a JSON-RPC message with "method", and with "params" that are an object where it has some.'
      : 'Expected a JSON-RPC message with "jsonrpc": "2.0", got another version or none.';
  const isAnswer = !fields.has("method") && (fields.has("result") || fields.has("error"));
  return { ...invalid(message, id), ...(isAnswer && { isAnswer }) };
}

function invalid(message: string, id: InvalidMessage["id"] = null): InvalidMessage {
  return { id, code: -32_600, message };
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}

/** The error as a JSON-RPC message. */
export function printInvalid({ id, code, message }: InvalidMessage): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
}
