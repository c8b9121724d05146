import type { ServerNotification, ServerTurn } from "@ktx/codex-events/app-server";
import type { TurnSignal } from "../transport.ts";

type TextDelta = Pick<Extract<TurnSignal, { type: "text-delta" }>, "itemId" | "delta">;

/** The text of a delta notification for this turn (0.163.0); undefined for all others. */
export function readTextDelta(
  turn: Pick<ServerTurn, "threadId" | "turnId">,
  { method, params }: ServerNotification,
): TextDelta | undefined {
  if (method !== "item/agentMessage/delta") return undefined;
  if (typeof params !== "object" || params === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(params));
  if (fields.get("threadId") !== turn.threadId || fields.get("turnId") !== turn.turnId)
    return undefined;
  const [itemId, delta] = [fields.get("itemId"), fields.get("delta")];
  return typeof itemId === "string" && typeof delta === "string" ? { itemId, delta } : undefined;
}
