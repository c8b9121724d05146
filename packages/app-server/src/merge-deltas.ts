import type { ThreadMessage } from "./thread-inbox.ts";

/** Two messages as one, and the characters by which the first one grows. */
export interface MergedDelta {
  readonly message: ThreadMessage;
  readonly growth: number;
}

/** Two pieces of the same text as one piece; undefined for all other messages. Pure. */
export function mergeDeltas(first: ThreadMessage, next: ThreadMessage): MergedDelta | undefined {
  const [begun, more] = [readDelta(first), readDelta(next)];
  if (begun === undefined || more === undefined || begun.place !== more.place) return undefined;
  return {
    message: {
      type: "notification",
      method: deltaMethod,
      params: { ...begun.params, delta: begun.delta + more.delta },
    },
    growth: more.delta.length,
  };
}

/** The text of an agent message, piece by piece (0.163.0). */
const deltaMethod = "item/agentMessage/delta";

interface TextDelta {
  readonly params: object;
  readonly delta: string;
  /** The turn and item, as one text. */
  readonly place: string;
}

function readDelta(message: ThreadMessage): TextDelta | undefined {
  if (message.type !== "notification" || message.method !== deltaMethod) return undefined;
  const { params } = message;
  if (typeof params !== "object" || params === null || !("delta" in params)) return undefined;
  const { delta, ...rest } = { turnId: undefined, itemId: undefined, ...params };
  if (typeof delta !== "string") return undefined;
  return { params, delta, place: `${String(rest.turnId)} ${String(rest.itemId)}` };
}
