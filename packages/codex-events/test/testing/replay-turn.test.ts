import { expect, test } from "vitest";
import { replayTurn, summarizeReplay } from "../../src/testing/index.ts";
import { agentMessage, toolCall, turnCompleted, turnStarted } from "../events.ts";

const jsonl = [turnStarted, toolCall(), agentMessage("a\u2028b"), turnCompleted]
  .map((raw) => `${JSON.stringify(raw)}\n`)
  .join("\n");

test("a replay yields each event with the state after it, and skips blank lines", () => {
  const replayed = Array.from(replayTurn(jsonl), ({ event, state }) => [event.type, state.phase]);
  expect(replayed).toEqual([
    ["turn.started", "running"],
    ["item.completed", "running"],
    ["item.completed", "running"],
    ["turn.completed", "completed"],
  ]);
});

test("lines arrive when the caller says, else one millisecond apart", () => {
  expect(summarizeReplay(jsonl).stepBoundariesMs).toEqual([1]);
  expect(summarizeReplay(jsonl, [100, 350]).stepBoundariesMs).toEqual([250]);
});

test("a line separator inside a string does not split its line", () => {
  expect(summarizeReplay(jsonl).finalText).toBe("a\u2028b");
});

test("a replay of nothing is an incomplete turn", () => {
  expect(summarizeReplay("").outcome).toBe("incomplete");
});
