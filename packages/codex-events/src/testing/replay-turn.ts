import { parseThreadEventLine } from "../parse-thread-event.ts";
import { reduceTurn } from "../reduce-turn.ts";
import { summarizeTurn, type TurnSummary } from "../summarize-turn.ts";
import type { ThreadEvent } from "../thread-event.ts";
import { initialTurnState, type TurnState } from "../turn-state.ts";

/** One event of a recording, and the state after it. */
export interface ReplayedEvent {
  readonly event: ThreadEvent;
  readonly state: TurnState;
}

/**
 * Folds a recorded JSONL text as a live loop would, one event at a time.
 *
 * @param arrivalsMs The arrival time of each line; a line without an entry arrives at its index, in
 *   milliseconds.
 */
export function* replayTurn(
  jsonl: string,
  arrivalsMs: readonly number[] = [],
): Generator<ReplayedEvent, void, void> {
  let state = initialTurnState();
  for (const [index, line] of splitLines(jsonl).entries()) {
    const event = parseThreadEventLine(line);
    state = reduceTurn(state, event, arrivalsMs[index] ?? index);
    yield { event, state };
  }
}

/** The summary of a whole recording. */
export function summarizeReplay(jsonl: string, arrivalsMs: readonly number[] = []): TurnSummary {
  let state = initialTurnState();
  for (const replayed of replayTurn(jsonl, arrivalsMs)) state = replayed.state;
  return summarizeTurn(state);
}

/** Only at line feeds: Codex writes U+2028 and U+2029 raw inside its strings. */
function splitLines(jsonl: string): string[] {
  return jsonl.split("\n").filter((line) => line.trim() !== "");
}
