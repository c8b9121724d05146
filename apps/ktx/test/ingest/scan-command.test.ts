import type { IngestReport, ScanReport } from "@ktx/ingest";
import { expect, test } from "vitest";
import { Interruption } from "../../src/cli-io.ts";
import { createProgram } from "../../src/create-program.ts";
import { captureIo } from "../capture-io.ts";
import { fakeServices } from "../fake-services.ts";

const report: ScanReport = {
  version: 1,
  ended: "finished",
  tables: 3,
  pages: { written: [], proposed: [], removed: [] },
  failures: [],
  open: 0,
  waiting: { pages: 0, sets: 0 },
  joins: { kept: 0, refused: 0 },
  skipped: [],
  unread: [],
  tokens: 0,
};

const ingestReport: IngestReport = {
  version: 1,
  outcome: "kept",
  ended: "finished",
  units: { done: 0, failed: 0, open: 1, unchanged: 0 },
  failures: [],
  pages: { created: [], changed: [], removed: [], proposed: [] },
  retiredClaims: 0,
  contradictions: 0,
  flagged: [],
  heldSets: 0,
  waiting: { pages: 0, sets: 0 },
  skipped: [],
  tokens: 0,
  times: { stages: [], slowest: [] },
};

test.each([
  [0, 0, ""],
  [1, 3, "next:  Run the same command without --only-failed: 1 table left.\n"],
  [2, 3, "next:  Run the same command without --only-failed: 2 tables left.\n"],
])("a scan that leaves %i tables ends with %i", async (open, exitCode, next) => {
  const io = captureIo();
  const codes: number[] = [];
  const program = createProgram({
    io,
    services: fakeServices({ scan: async () => ({ ...report, open }) }),
    exitWith: (code) => void codes.push(code),
  });
  await program.parseAsync(["scan", "shop.sqlite", "--only-failed"], { from: "user" });
  expect(codes).toEqual([exitCode]);
  expect(io.written.stdout).toMatch(/^3 tables · /);
  expect(io.written.stdout.split("\n").slice(1).join("\n")).toBe(next);
});

test("a table that could not be read is named with its line, and the scan ends with 3", async () => {
  const io = captureIo();
  const codes: number[] = [];
  const unread = [{ path: "orders (line 4)", reason: "incomplete input" }];
  const program = createProgram({
    io,
    services: fakeServices({ scan: async () => ({ ...report, unread }) }),
    exitWith: (code) => void codes.push(code),
  });
  await program.parseAsync(["scan", "schema.sql"], { from: "user" });
  expect(codes).toEqual([3]);
  expect(io.written.stdout).toContain("Not read: orders (line 4): incomplete input\n");
  expect(io.written.stdout).toContain("\nnext:  Correct the file where a table was not read");
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
])("a scan, an ingest and a text to remember that %s ends exit with %i", async (signal, code) => {
  const io = captureIo();
  const codes: number[] = [];
  const end = <Report>(interrupted: Report): (() => Promise<Report>) => {
    return async () => {
      io.interrupt(new Interruption(signal, code));
      return interrupted;
    };
  };
  const ended = { ...ingestReport, ended: "interrupted" } as const;
  const program = createProgram({
    io,
    services: fakeServices({
      scan: end({ ...report, ended: "interrupted" }),
      ingest: end(ended),
      remember: end({ kind: "ingest", note: "notes/a.md", report: ended } as const),
    }),
    exitWith: (exitCode) => void codes.push(exitCode),
  });
  for (const command of [
    ["scan", "shop.sqlite"],
    ["ingest", "docs"],
    ["remember", "A text."],
  ])
    await program.parseAsync(command, { from: "user" });
  expect(codes).toEqual([code, code, code]);
});
