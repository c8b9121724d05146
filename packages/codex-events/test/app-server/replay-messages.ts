import {
  beginServerTurn,
  type ServerMessage,
  type ServerTurn,
  translateNotification,
} from "../../src/app-server/index.ts";
import {
  buildTokenUsage,
  initialTurnState,
  reduceTurn,
  summarizeTurn,
  type ThreadEvent,
  type TokenUsage,
  type TurnSummary,
} from "../../src/index.ts";
import type { ServerRecording } from "./recordings.ts";

export interface ReplayedTurn {
  readonly turn: ServerTurn;
  readonly events: readonly ThreadEvent[];
}

/** Feeds a turn with all that a server has written, as a client would. */
export function replayMessages(
  messages: readonly ServerMessage[],
  begun: ServerTurn,
): ReplayedTurn {
  let turn = begun;
  const events: ThreadEvent[] = [];
  for (const message of messages) {
    if (message.type !== "notification") continue;
    const translated = translateNotification(turn, message);
    turn = translated.turn;
    events.push(...translated.events);
  }
  return { turn, events };
}

export function replayRecording({ messages, ids }: ServerRecording): ReplayedTurn {
  return replayMessages(messages, beginServerTurn(ids));
}

/** The events all at once, one millisecond apart. */
export function summarizeEvents(events: readonly ThreadEvent[]): TurnSummary {
  return summarizeTurn(
    events.reduce((state, event, index) => reduceTurn(state, event, index), initialTurnState()),
  );
}

/** The tokens of the turn alone. */
export function tokensOf({ turn }: ReplayedTurn): TokenUsage {
  return buildTokenUsage(turn.usage ?? {});
}
