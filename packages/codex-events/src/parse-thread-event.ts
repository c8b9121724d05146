import { parseAccountLimits } from "./failure/account-limits.ts";
import { parseCodexErrorInfo } from "./failure/codex-error-info.ts";
import { isJsonObject, stringField, type JsonObject } from "./json-object.ts";
import { parseThreadItem } from "./parse-thread-item.ts";
import type { CodexUsage, ErrorFacts, ItemEvent, ThreadEvent } from "./thread-event.ts";
import { tokenCounts } from "./token-usage.ts";

/**
 * Reads one event as the Codex SDK yields it. Never throws: any other value is
 * `unrecognized`.
 *
 * The type alone decides, so that a terminal event ends the turn even when its fields are invalid; a field of an
 * unexpected type is absent.
 */
export function parseThreadEvent(value: unknown): ThreadEvent {
  const unrecognized: ThreadEvent = { type: "unrecognized", raw: value };
  if (!isJsonObject(value)) return unrecognized;
  const { type } = value;
  return (isReadType(type) ? readers[type](value) : undefined) ?? unrecognized;
}

/** The types that a value can have; the two others say that it has none of these. */
type ReadType = Exclude<ThreadEvent["type"], "unrecognized" | "malformed">;

function isReadType(type: unknown): type is ReadType {
  return typeof type === "string" && Object.hasOwn(readers, type);
}

/** The reader of each type of event; it gives undefined for a value without the fields of the type. */
const readers: Readonly<Record<ReadType, (value: JsonObject) => ThreadEvent | undefined>> = {
  "thread.started": (value) => {
    const threadId = stringField(value, "thread_id");
    return { type: "thread.started", ...(threadId !== undefined && { thread_id: threadId }) };
  },
  "turn.started": () => ({ type: "turn.started" }),
  "item.started": (value) => readItemEvent("item.started", value),
  "item.updated": (value) => readItemEvent("item.updated", value),
  "item.completed": (value) => readItemEvent("item.completed", value),
  "turn.completed": ({ usage }) => ({
    type: "turn.completed",
    ...(isJsonObject(usage) && { usage: parseUsage(usage) }),
  }),
  "turn.failed": (value) => ({
    type: "turn.failed",
    error: { message: failureMessage(value), ...readErrorFacts(value["error"]) },
  }),
  error: (value) => ({ type: "error", message: failureMessage(value), ...readErrorFacts(value) }),
  "response.call": readResponseCall,
  "response.completed": ({ id, usage }) => ({
    type: "response.completed",
    ...(typeof id === "string" && { id }),
    ...(isJsonObject(usage) && { usage: parseUsage(usage) }),
  }),
};

function readItemEvent(type: ItemEvent["type"], value: JsonObject): ItemEvent | undefined {
  const item = parseThreadItem(value["item"]);
  return item && { type, item };
}

function readResponseCall(value: JsonObject): ThreadEvent | undefined {
  const { id, tool, arguments: written } = value;
  if (typeof id !== "string" || typeof tool !== "string") return undefined;
  return { type: "response.call", id, tool, arguments: typeof written === "string" ? written : "" };
}

/** Reads one line of Codex's standard output. Never throws: a line that is not JSON is `malformed`. */
export function parseThreadEventLine(line: string): ThreadEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { type: "malformed", line };
  }
  return parseThreadEvent(value);
}

/** `error.message` (turn.failed), `message` (error), or an `error` that is itself the text. */
function failureMessage(value: JsonObject): string {
  const inner = isJsonObject(value["error"]) ? stringField(value["error"], "message") : undefined;
  return inner ?? stringField(value, "error", "message") ?? "";
}

function readErrorFacts(value: unknown): ErrorFacts {
  if (!isJsonObject(value)) return {};
  const info = parseCodexErrorInfo(value["info"]);
  const limits = parseAccountLimits(value["limits"]);
  const wait = value["retryAfterMs"];
  return {
    ...(info !== undefined && { info }),
    ...(limits !== undefined && { limits }),
    ...(typeof wait === "number" && wait >= 0 && { retryAfterMs: wait }),
  };
}

function parseUsage(usage: JsonObject): CodexUsage {
  const counts: Partial<Record<keyof CodexUsage, number>> = {};
  for (const [, name] of tokenCounts) {
    const count = usage[name];
    if (typeof count === "number" && count >= 0) counts[name] = count;
  }
  return counts;
}
