import { beginServerTurn, type ServerNotification } from "../../src/app-server/index.ts";
import type { ThreadEvent } from "../../src/index.ts";
import { replayMessages, type ReplayedTurn } from "./replay-messages.ts";

/** Notifications as the types of 0.163.0 spell them, with only what a test is about. */
export const ids = { threadId: "thread", turnId: "turn" };

export function notification(method: string, params: object): ServerNotification {
  return { type: "notification", method, params };
}

export function itemStarted(item: object): ServerNotification {
  return notification("item/started", { ...ids, item: { id: "item", ...item } });
}

export function itemCompleted(item: object): ServerNotification {
  return notification("item/completed", { ...ids, item: { id: "item", ...item } });
}

export function planUpdated(...steps: readonly (readonly [string, string])[]): ServerNotification {
  const plan = steps.map(([step, status]) => ({ step, status }));
  return notification("turn/plan/updated", { ...ids, explanation: null, plan });
}

/** What the thread has used so far. */
export function usageTold(
  inputTokens: number,
  outputTokens: number,
  totalTokens: number = inputTokens + outputTokens,
): ServerNotification {
  const total = { totalTokens, inputTokens, cachedInputTokens: 0, outputTokens };
  return notification("thread/tokenUsage/updated", { ...ids, tokenUsage: { total } });
}

export function errorTold(error: object): ServerNotification {
  return notification("error", { ...ids, error, willRetry: false });
}

/** The end of a turn, with the message of what it failed with, if it failed. */
export function turnEnded(status: string, error: object | null = null): ServerNotification {
  const { threadId, turnId } = ids;
  return notification("turn/completed", { threadId, turn: { id: turnId, status, error } });
}

export function replay(...notifications: readonly ServerNotification[]): ReplayedTurn {
  return replayMessages(notifications, beginServerTurn(ids));
}

export function eventsOf(...notifications: readonly ServerNotification[]): readonly ThreadEvent[] {
  return replay(...notifications).events;
}
