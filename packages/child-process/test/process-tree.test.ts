import { describe, expect, test } from "vitest";
import { findDescendants, type KnownProcess, parseProcStat, parsePs } from "../src/index.ts";

const at = (pid: number, parent: number): KnownProcess => ({ pid, parent, startedAt: "1" });

test("the descendants of a process are found, parents before children, whatever the order", () => {
  const processes = [at(12, 11), at(11, 10), at(10, 1), at(20, 1), at(13, 11), at(14, 10)];
  const pids = findDescendants(processes, 10).map(({ pid }) => pid);
  expect(new Set(pids)).toEqual(new Set([11, 12, 13, 14]));
  expect(pids.indexOf(11)).toBeLessThan(pids.indexOf(12));
  expect(findDescendants(processes, 99)).toEqual([]);
});

describe("a line of /proc", () => {
  const rest = Array.from({ length: 40 }, (_, index) => `f${index}`).join(" ");

  test("tells id, parent and start, with any name", () => {
    expect(parseProcStat(`42 (a ) (b) S 7 ${rest}`)).toEqual({
      pid: 42,
      parent: 7,
      startedAt: "f17",
    });
  });

  test.each([
    ["a process that has ended", `42 (a) Z 7 ${rest}`],
    ["nothing", ""],
    ["a torn line", "42 (a) S"],
  ])("that is of %s is none", (_, line) => {
    expect(parseProcStat(line)).toBeUndefined();
  });
});

test("the lines of ps tell id, parent and start", () => {
  const text = "    1     0 Sun Nov 22 17:00:00 2026    \n  501     1 Sun Nov 22 17:30:27 2026\n";
  expect(parsePs(text)).toEqual([
    { pid: 1, parent: 0, startedAt: "Sun Nov 22 17:00:00 2026" },
    { pid: 501, parent: 1, startedAt: "Sun Nov 22 17:30:27 2026" },
  ]);
  expect(parsePs("")).toEqual([]);
});
