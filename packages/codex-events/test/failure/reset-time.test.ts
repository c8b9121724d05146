import { describe, expect, test } from "vitest";
import { parseResetTime, type LocalClock } from "../../src/failure/reset-time.ts";

/** 18:13:30 in Berlin on 22 November 2026, which is 17:13:30 UTC. */
const berlin: LocalClock = {
  nowMs: Date.UTC(2026, 10, 22, 17, 13, 30),
  timeZoneOffsetMinutes: 60,
};

describe("a time of day", () => {
  test.each<[string, string, number]>([
    ["later today", "6:14 PM", Date.UTC(2026, 10, 22, 17, 14)],
    ["within this minute", "6:13 PM", Date.UTC(2026, 10, 22, 17, 13)],
    ["that has passed: tomorrow", "6:12 PM", Date.UTC(2026, 10, 23, 17, 12)],
    ["in the morning: tomorrow", "9:05 AM", Date.UTC(2026, 10, 23, 8, 5)],
    ["at noon: tomorrow", "12:00 PM", Date.UTC(2026, 10, 23, 11)],
    ["at midnight: the next one", "12:00 AM", Date.UTC(2026, 10, 22, 23)],
  ])("%s, %s, is resolved by the local clock", (_, text, atMs) => {
    expect(parseResetTime(`or try again at ${text}.`, berlin)).toEqual({
      text,
      precision: "time-of-day",
      atMs,
    });
  });

  test("is resolved by the local day, which may not be that of UTC", () => {
    const losAngeles = { nowMs: Date.UTC(2026, 10, 23, 3), timeZoneOffsetMinutes: -480 };
    expect(parseResetTime("Try again at 8:00 PM.", losAngeles)?.atMs).toBe(
      Date.UTC(2026, 10, 23, 4),
    );
  });

  test.each<LocalClock>([{}, { nowMs: 0 }, { timeZoneOffsetMinutes: 0 }])(
    "keeps its words alone when the clock is %o",
    (clock) => {
      expect(parseResetTime("try again at 6:13 PM.", clock)).toEqual({
        text: "6:13 PM",
        precision: "time-of-day",
      });
    },
  );
});

describe("a time with its day", () => {
  test.each<[string, number]>([
    ["Nov 25th, 2026 6:13 PM", Date.UTC(2026, 10, 25, 17, 13)],
    ["Dec 1st, 2026 12:30 AM", Date.UTC(2026, 10, 30, 23, 30)],
    ["Jan 2nd, 2027 1:00 PM", Date.UTC(2027, 0, 2, 12)],
    ["Mar 3rd, 2027 1:00 AM", Date.UTC(2027, 2, 3)],
  ])("%s needs only the time zone", (text, atMs) => {
    expect(parseResetTime(`try again at ${text}.`, { timeZoneOffsetMinutes: 60 })).toEqual({
      text,
      precision: "minute",
      atMs,
    });
  });

  test("keeps its words alone without a time zone", () => {
    expect(parseResetTime("Try again at Nov 25th, 2026 6:13 PM.", { nowMs: 0 })).toEqual({
      text: "Nov 25th, 2026 6:13 PM",
      precision: "minute",
    });
  });
});

describe("a wait, as older releases of Codex write it", () => {
  test.each<[string, number]>([
    ["3 days 5 hours 2 minutes", 277_320_000],
    ["5 days 22 hours 11 minutes", 511_860_000],
    ["1 hour", 3_600_000],
    ["less than a minute", 60_000],
  ])("of %s counts from the present", (text, wait) => {
    expect(parseResetTime(`Upgrade to Pro or try again in ${text}.`, berlin)).toEqual({
      text,
      precision: "minute",
      atMs: Date.UTC(2026, 10, 22, 17, 13, 30) + wait,
    });
  });

  test("keeps its words alone without the present", () => {
    expect(parseResetTime("Try again in 1 hour.", { timeZoneOffsetMinutes: 60 })).toEqual({
      text: "1 hour",
      precision: "minute",
    });
  });
});

test("a day and a time of UTC need no clock", () => {
  expect(parseResetTime("You will regain access on 2026-09-01 at 00:00 UTC.", {})).toEqual({
    text: "2026-09-01 at 00:00 UTC",
    precision: "minute",
    atMs: Date.UTC(2026, 8, 1),
  });
});

test.each(["on 2026-99-01 at 00:00 UTC", "Try again later.", "try again at noon", ""])(
  "%j names no time",
  (sentence) => {
    expect(parseResetTime(sentence, berlin)).toBeUndefined();
  },
);
