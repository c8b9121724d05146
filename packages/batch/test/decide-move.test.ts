import { expect, test } from "vitest";
import { decideMove, findUnserved, type GroupLook } from "../src/run/decide-move.ts";

const nowMs = 1_000_000;

function look(group: string, more: Partial<GroupLook>): GroupLook {
  return { group, waiting: 0, isPaused: false, servedAtMs: nowMs - 1_000, ...more };
}

test.each<readonly [string, readonly GroupLook[], string | undefined]>([
  ["a busy group gives half", [look("a", {}), look("b", { waiting: 9 })], "b>a half"],
  ["a busy group keeps its last", [look("a", {}), look("b", { waiting: 1 })], undefined],
  [
    "a paused one gives its last",
    [look("a", {}), look("b", { waiting: 1, isPaused: true })],
    "b>a all",
  ],
  [
    "so does one without a worker",
    [look("a", {}), look("b", { waiting: 1, servedAtMs: undefined })],
    "b>a all",
  ],
  [
    "and one whose worker is gone",
    [look("a", {}), look("b", { waiting: 1, servedAtMs: 0 })],
    "b>a all",
  ],
  [
    "a paused one takes none",
    [look("a", { isPaused: true }), look("b", { waiting: 9 })],
    undefined,
  ],
  [
    "one that nobody served takes none",
    [look("a", { servedAtMs: undefined }), look("b", { waiting: 9 })],
    undefined,
  ],
  [
    "but takes what would stand still",
    [look("a", { servedAtMs: undefined }), look("b", { waiting: 1, isPaused: true })],
    "b>a all",
  ],
  [
    "one that has some takes none",
    [look("a", { waiting: 1 }), look("b", { waiting: 9 })],
    undefined,
  ],
  [
    "the one with the most gives",
    [look("a", {}), look("b", { waiting: 3 }), look("c", { waiting: 4 })],
    "c>a half",
  ],
])("%s", (_, looks, expected) => {
  const move = decideMove(looks, nowMs, nowMs - 60_000);
  expect(move && `${move.from}>${move.to} ${move.isAll ? "all" : "half"}`).toBe(expected);
});

test("a group has no worker where its units wait for a minute, without a limit", () => {
  const looks = [
    look("served", { waiting: 1 }),
    look("paused", { waiting: 1, isPaused: true, servedAtMs: undefined }),
    look("empty", { servedAtMs: undefined }),
    look("never", { waiting: 1, servedAtMs: undefined }),
    look("gone", { waiting: 1, servedAtMs: nowMs - 60_000 }),
  ];
  expect(findUnserved(looks, nowMs, nowMs - 60_000)).toEqual(["never", "gone"]);
  expect(findUnserved(looks, nowMs, nowMs - 59_000)).toEqual(["gone"]);
});
