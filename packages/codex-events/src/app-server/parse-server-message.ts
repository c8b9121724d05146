import { isJsonObject, stringField, type JsonObject } from "../json-object.ts";

/** A number in practice; Codex counts its own requests from 0. */
export type MessageId = number | string;

/**
 * One line of `codex app-server` with a checked envelope: JSON-RPC without the `jsonrpc` field
 * (0.163.0).
 */
export type ServerMessage =
  | ServerNotification
  | ServerRequest
  | { readonly type: "response"; readonly id: MessageId; readonly result: unknown }
  | { readonly type: "refusal"; readonly id: MessageId; readonly error: ServerRefusal }
  /** JSON that is not one of these messages. */
  | { readonly type: "unrecognized"; readonly raw: unknown }
  /** A line that is not JSON, such as the last one of a killed process. */
  | { readonly type: "malformed"; readonly line: string };

export interface ServerNotification {
  readonly type: "notification";
  readonly method: string;
  readonly params: unknown;
}

/** A request of Codex to its client. Codex waits for the answer without a time limit. */
export interface ServerRequest {
  readonly type: "request";
  readonly id: MessageId;
  readonly method: string;
  readonly params: unknown;
}

/** The error of a refused request. */
export interface ServerRefusal {
  readonly message: string;
  readonly code?: number;
  readonly data?: unknown;
}

/** Reads one line of the app-server's standard output. Never throws. */
export function parseServerMessage(line: string): ServerMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { type: "malformed", line };
  }
  return (
    (isJsonObject(value) ? readMessage(value) : undefined) ?? { type: "unrecognized", raw: value }
  );
}

function readMessage(value: JsonObject): ServerMessage | undefined {
  const { id, params } = value;
  const method = stringField(value, "method");
  if (!isMessageId(id))
    return method === undefined ? undefined : { type: "notification", method, params };
  if (method !== undefined) return { type: "request", id, method, params };
  if (isJsonObject(value["error"]))
    return { type: "refusal", id, error: readRefusal(value["error"]) };
  return "result" in value ? { type: "response", id, result: value["result"] } : undefined;
}

function readRefusal(error: JsonObject): ServerRefusal {
  const { code, data } = error;
  return {
    message: stringField(error, "message") ?? "",
    ...(typeof code === "number" && { code }),
    ...(data !== undefined && data !== null && { data }),
  };
}

function isMessageId(value: unknown): value is MessageId {
  return typeof value === "number" || typeof value === "string";
}
