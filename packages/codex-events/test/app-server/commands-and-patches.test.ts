import { expect, test } from "vitest";
import { eventsOf, itemCompleted, itemStarted } from "./notifications.ts";
import { summarizeEvents } from "./replay-messages.ts";

const changes = [
  { path: "/tmp/project/a.txt", kind: { type: "add" }, diff: "+a" },
  { path: "/tmp/project/b.txt", kind: { type: "delete" }, diff: "-b" },
  { path: "/tmp/project/c.txt", kind: { type: "update", move_path: null }, diff: "-c\n+d" },
  {
    path: "/tmp/project/d.txt",
    kind: { type: "update", move_path: "/tmp/project/e.txt" },
    diff: "",
  },
];

const told = {
  type: "file_change",
  id: "item",
  changes: [
    { path: "/tmp/project/a.txt", kind: "add" },
    { path: "/tmp/project/b.txt", kind: "delete" },
    { path: "/tmp/project/c.txt", kind: "update" },
    { path: "/tmp/project/d.txt", kind: "update" },
  ],
};

test("a patch is told by the kind of each change, without its text", () => {
  expect(
    eventsOf(
      itemStarted({ type: "fileChange", changes, status: "inProgress" }),
      itemCompleted({ type: "fileChange", changes, status: "completed" }),
    ),
  ).toEqual([
    { type: "item.started", item: { ...told, status: "in_progress" } },
    { type: "item.completed", item: { ...told, status: "completed" } },
  ]);
});

test.each(["failed", "declined"])("a patch that was %s has failed", (status) => {
  expect(eventsOf(itemCompleted({ type: "fileChange", changes, status }))).toEqual([
    { type: "item.completed", item: { ...told, status: "failed" } },
  ]);
});

test("a command that was declined says so, and has no exit code", () => {
  const command = { type: "commandExecution", command: "rm a", cwd: "/tmp/project" };
  const events = eventsOf(
    itemCompleted({ ...command, status: "declined", aggregatedOutput: null, exitCode: null }),
  );
  expect(events).toEqual([
    {
      type: "item.completed",
      item: {
        type: "command_execution",
        id: "item",
        command: "rm a",
        aggregated_output: "",
        status: "declined",
      },
    },
  ]);
  expect(summarizeEvents(events)).toMatchObject({ stepCount: 1, toolCallCount: 0 });
});

test("a status of a newer Codex is handed on", () => {
  expect(eventsOf(itemCompleted({ type: "commandExecution", status: "paused" }))).toMatchObject([
    { item: { status: "paused" } },
  ]);
});
