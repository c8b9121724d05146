import { expect, test } from "vitest";
import { itemCompleted, itemStarted, replay, turnEnded, usageTold } from "./notifications.ts";
import { summarizeEvents, tokensOf } from "./replay-messages.ts";

const sleep = { type: "commandExecution", command: "sleep 7", status: "inProgress" };

test("an interrupted turn is over without a last event, and keeps what it has used", () => {
  const replayed = replay(itemStarted(sleep), usageTold(10, 5), turnEnded("interrupted"));
  expect(replayed.events).toHaveLength(1);
  expect(replayed.turn.ended).toBe(true);
  expect(summarizeEvents(replayed.events).outcome).toBe("incomplete");
  expect(tokensOf(replayed)).toMatchObject({ totalTokens: 15 });
});

test("a turn that ended in a way that is not known is over too", () => {
  const { turn, events } = replay(turnEnded("evaporated"));
  expect([turn.ended, events]).toEqual([true, []]);
});

test("what comes after the end is not told", () => {
  const late = itemCompleted({ type: "agentMessage", text: "One more thing." });
  const { events } = replay(turnEnded("completed"), late, turnEnded("failed"));
  expect(events).toEqual([{ type: "turn.completed" }]);
});
