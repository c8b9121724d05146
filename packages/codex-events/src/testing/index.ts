export { replayTurn, summarizeReplay, type ReplayedEvent } from "./replay-turn.ts";
