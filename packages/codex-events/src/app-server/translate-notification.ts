import { mergeAccountLimits, parseAccountLimits } from "../failure/account-limits.ts";
import { parseCodexErrorInfo } from "../failure/codex-error-info.ts";
import { isJsonObject, stringField, type JsonObject } from "../json-object.ts";
import type { CodexUsage, ErrorFacts, ThreadEvent, TodoListItem } from "../thread-event.ts";
import { tokenCounts } from "../token-usage.ts";
import type { ServerNotification } from "./parse-server-message.ts";
import { addThreadUsage, type ServerTurn } from "./server-turn.ts";
import { translateItem } from "./translate-item.ts";

/** The turn after a notification, and the events that `codex exec` prints for it. */
export interface TranslatedNotification {
  readonly turn: ServerTurn;
  readonly events: readonly ThreadEvent[];
}

/**
 * Translates one notification of `codex app-server` into the events of `codex exec`, which is itself a client of
 * the app-server and makes its events of these notifications (0.163.0). Pure; never throws. A notification of
 * another thread or turn, and one that `exec` does not print (deltas, states, account), gives no event.
 *
 * Four differences from `exec`. Errors carry the facts beside their message (`info`, `limits`). Items keep the
 * app-server's ids. Tokens are those of the turn, with a total, where `exec` counts the thread; tokens that were
 * not reported are absent, where `exec` prints 0. `configWarning` gives no event, since the warnings that concern
 * a run come again as `warning`.
 */
export function translateNotification(
  turn: ServerTurn,
  { method, params }: ServerNotification,
): TranslatedNotification {
  if (turn.ended || !isJsonObject(params) || !concerns(turn, method, params))
    return { turn, events: [] };
  switch (method) {
    case "turn/started":
      return { turn, events: [{ type: "turn.started" }] };
    case "item/started":
      return { turn, events: translateStarted(params["item"], turn) };
    case "item/completed":
      return { turn, events: translateCompleted(params["item"], turn) };
    case "turn/plan/updated":
      return translatePlan(turn, params["plan"]);
    case "thread/tokenUsage/updated":
      return { turn: withUsage(turn, params["tokenUsage"]), events: [] };
    case "rawResponseItem/completed":
      return { turn, events: translateCall(turn, params["item"]) };
    case "rawResponse/completed":
      return translateResponse(turn, params);
    case "error":
      return { turn, events: translateError(turn, params["error"]) };
    case "account/rateLimits/updated":
      return { turn: withLimits(turn, params["rateLimits"]), events: [] };
    case "warning":
      return { turn, events: warn(stringField(params, "message")) };
    case "deprecationNotice":
      return { turn, events: warn(withDetails(params, "summary", "details")) };
    case "model/rerouted":
      return { turn, events: warn(describeReroute(params)) };
    case "turn/completed":
      return { turn: { ...turn, ended: true }, events: translateEnd(turn, params["turn"]) };
    default:
      return { turn, events: [] };
  }
}

/** A warning may concern every thread, and limits belong to the account; all others have a thread id and a turn id. */
function concerns(turn: ServerTurn, method: string, params: JsonObject): boolean {
  const { threadId, turnId, turn: itsTurn } = params;
  if (method === "deprecationNotice" || method === "account/rateLimits/updated") return true;
  if (method === "warning") return (threadId ?? turn.threadId) === turn.threadId;
  const itsTurnId = isJsonObject(itsTurn) ? itsTurn["id"] : turnId;
  return threadId === turn.threadId && itsTurnId === turn.turnId;
}

/** Messages and reasoning are reported when they are complete. */
function translateStarted(value: unknown, turn: ServerTurn): readonly ThreadEvent[] {
  const item = translateItem(value, turn.dynamicTools);
  if (typeof item === "object" && (item.type === "agent_message" || item.type === "reasoning"))
    return [];
  return itemEvents("item.started", item, value);
}

function translateCompleted(value: unknown, turn: ServerTurn): readonly ThreadEvent[] {
  return itemEvents("item.completed", translateItem(value, turn.dynamicTools), value);
}

function itemEvents(
  type: "item.started" | "item.completed",
  item: ReturnType<typeof translateItem>,
  raw: unknown,
): readonly ThreadEvent[] {
  if (item === "silent") return [];
  if (item === "unrecognized") return [{ type: "unrecognized", raw: { type, item: raw } }];
  return [{ type, item }];
}

function translatePlan(turn: ServerTurn, value: unknown): TranslatedNotification {
  if (!Array.isArray(value)) return { turn, events: [] };
  const plan = readPlan(value);
  const type = turn.plan === undefined ? "item.started" : "item.updated";
  return { turn: { ...turn, plan }, events: [{ type, item: plan }] };
}

function translateError(turn: ServerTurn, value: unknown): readonly ThreadEvent[] {
  const message = describeError(value);
  return message === undefined ? [] : [{ type: "error", message, ...errorFacts(turn, value) }];
}

/** The facts beside the message; the limits only where they can be the cause. */
function errorFacts({ limits, retryAfterMs }: ServerTurn, error: unknown): ErrorFacts {
  const info = isJsonObject(error) ? parseCodexErrorInfo(error["codexErrorInfo"]) : undefined;
  return {
    ...(info !== undefined && { info }),
    ...(info?.type === "usageLimitExceeded" && limits !== undefined && { limits }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function translateEnd(turn: ServerTurn, value: unknown): readonly ThreadEvent[] {
  const { status, error } = isJsonObject(value) ? value : {};
  const plan: readonly ThreadEvent[] = turn.plan
    ? [{ type: "item.completed", item: turn.plan }]
    : [];
  if (status === "completed")
    return [...plan, { type: "turn.completed", ...(turn.usage && { usage: turn.usage }) }];
  if (status === "failed")
    return [
      ...plan,
      {
        type: "turn.failed",
        error: { message: describeError(error) ?? "", ...errorFacts(turn, error) },
      },
    ];
  // Interrupted: `exec` prints nothing more.
  return plan;
}

function withLimits(turn: ServerTurn, value: unknown): ServerTurn {
  const update = parseAccountLimits(value);
  return update === undefined ? turn : { ...turn, limits: mergeAccountLimits(turn.limits, update) };
}

/** A call that the model has written (`experimentalRawEvents`). */
function translateCall(turn: ServerTurn, item: unknown): readonly ThreadEvent[] {
  if (!isJsonObject(item) || item["type"] !== "function_call") return [];
  const [id, name] = [stringField(item, "call_id"), stringField(item, "name")];
  if (id === undefined || name === undefined) return [];
  const tool = turn.dynamicTools?.ownNames?.get(name) ?? name;
  const written = stringField(item, "arguments") ?? "";
  return [{ type: "response.call", id, tool, arguments: written }];
}

/** Its tokens come again in the next `thread/tokenUsage/updated`, once its calls are answered. */
function translateResponse(turn: ServerTurn, params: JsonObject): TranslatedNotification {
  const usage = isJsonObject(params["usage"]) ? readUsage(params["usage"]) : {};
  const id = stringField(params, "responseId");
  const event: ThreadEvent = {
    type: "response.completed",
    ...(id !== undefined && { id }),
    ...(Object.keys(usage).length > 0 && { usage }),
  };
  return { turn: addThreadUsage(turn, addUp(turn.usageSoFar, usage), usage), events: [event] };
}

function addUp(before: CodexUsage, more: CodexUsage): CodexUsage {
  const sum: Partial<Record<keyof CodexUsage, number>> = { ...before };
  for (const [, name] of tokenCounts)
    if (more[name] !== undefined) sum[name] = (sum[name] ?? 0) + more[name];
  return sum;
}

function withUsage(turn: ServerTurn, usage: unknown): ServerTurn {
  const { total, last } = isJsonObject(usage) ? usage : {};
  if (!isJsonObject(total)) return turn;
  return addThreadUsage(turn, readUsage(total), isJsonObject(last) ? readUsage(last) : {});
}

function readUsage(total: JsonObject): CodexUsage {
  const usage: Partial<Record<keyof CodexUsage, number>> = {};
  for (const [theirs, name] of tokenCounts) {
    const count = total[theirs];
    if (typeof count === "number" && count >= 0) usage[name] = count;
  }
  return usage;
}

function readPlan(steps: readonly unknown[]): TodoListItem {
  return {
    type: "todo_list",
    items: steps.filter(isJsonObject).map((step) => ({
      text: stringField(step, "step") ?? "",
      completed: step["status"] === "completed",
    })),
  };
}

/** `Reconnecting... 1/2 (<cause>)`: the message, and the details in brackets where there are any. */
function describeError(error: unknown): string | undefined {
  return isJsonObject(error) ? withDetails(error, "message", "additionalDetails") : undefined;
}

/** `exec` prints the reason in the spelling of Rust: `HighRiskCyberActivity`. */
function describeReroute(params: JsonObject): string {
  const [from, to] = ["fromModel", "toModel"].map((name) => stringField(params, name) ?? "?");
  const reason = stringField(params, "reason");
  const why = reason ? ` (${reason.slice(0, 1).toUpperCase()}${reason.slice(1)})` : "";
  return `model rerouted: ${from} -> ${to}${why}`;
}

function withDetails(object: JsonObject, text: string, details: string): string | undefined {
  const [main, more] = [stringField(object, text), stringField(object, details)];
  return main !== undefined && more ? `${main} (${more})` : main;
}

function warn(message: string | undefined): readonly ThreadEvent[] {
  return message === undefined
    ? []
    : [{ type: "item.completed", item: { type: "error", message } }];
}
