import { expect, test } from "vitest";
import {
  eventsOf,
  ids,
  itemCompleted,
  notification,
  planUpdated,
  turnEnded,
} from "./notifications.ts";

const answer = itemCompleted({ type: "agentMessage", text: "done" });
const answered = {
  type: "item.completed",
  item: { type: "agent_message", id: "item", text: "done" },
};

function list(...done: readonly boolean[]): object {
  const items = done.map((completed, index) => ({ text: `step ${index}`, completed }));
  return { type: "todo_list", items };
}

const planned = planUpdated(["step 0", "inProgress"], ["step 1", "pending"]);
const advanced = planUpdated(["step 0", "completed"], ["step 1", "inProgress"]);

test.each([
  ["completed", [{ type: "turn.completed" }]],
  ["failed", [{ type: "turn.failed", error: { message: "No." } }]],
  ["interrupted", []],
])("a plan starts, is updated, and is complete just before the turn is %s", (status, end) => {
  expect(eventsOf(planned, advanced, answer, turnEnded(status, { message: "No." }))).toEqual([
    { type: "item.started", item: list(false, false) },
    { type: "item.updated", item: list(true, false) },
    answered,
    { type: "item.completed", item: list(true, false) },
    ...end,
  ]);
});

test("a plan may be taken back", () => {
  expect(eventsOf(planned, planUpdated(), turnEnded("completed"))).toEqual([
    { type: "item.started", item: list(false, false) },
    { type: "item.updated", item: list() },
    { type: "item.completed", item: list() },
    { type: "turn.completed" },
  ]);
});

test("a plan that is no list leaves the one there is", () => {
  const broken = notification("turn/plan/updated", { ...ids, plan: null });
  expect(eventsOf(planned, broken, turnEnded("completed")).slice(1)).toEqual([
    { type: "item.completed", item: list(false, false) },
    { type: "turn.completed" },
  ]);
});

test("without a plan there is no list of things to do", () => {
  expect(eventsOf(answer, turnEnded("completed"))).toEqual([answered, { type: "turn.completed" }]);
});
