import type { ServerNotification, ServerTurn } from "@ktx/codex-events/app-server";
import { fieldOf } from "./field-of.ts";

/** A piece of a message that is not complete yet. */
export interface TextDelta {
  readonly itemId: string;
  readonly delta: string;
}

/** The text of a delta notification for this turn (0.163.0); undefined for all others. */
export function readTextDelta(
  turn: Pick<ServerTurn, "threadId" | "turnId">,
  { method, params }: ServerNotification,
): TextDelta | undefined {
  if (method !== "item/agentMessage/delta") return undefined;
  if (fieldOf(params, "threadId") !== turn.threadId) return undefined;
  if (fieldOf(params, "turnId") !== turn.turnId) return undefined;
  const [itemId, delta] = [fieldOf(params, "itemId"), fieldOf(params, "delta")];
  return typeof itemId === "string" && typeof delta === "string" ? { itemId, delta } : undefined;
}
