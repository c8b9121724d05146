import { expect, test } from "vitest";
import { parseRetryAfterMs } from "../../src/failure/retry-after.ts";

test.each<[string, number]>([
  ["Please try again in 1.3s.", 1300],
  ["Please try again in 350ms. Visit the docs.", 350],
  ["Try again in 1m30.5s", 90_500],
  ["try again in 2 hours and 5 minutes", 7_500_000],
  ["Retry after 20 seconds", 20_000],
  ["try again in 6m0s", 360_000],
  ["try again in 1 day, 2 hours", 93_600_000],
  ["or try again in 3 days 5 hours 2 minutes.", 277_320_000],
  ["try again in less than a minute.", 60_000],
])("%j means %i ms", (sentence, expected) => {
  expect(parseRetryAfterMs(sentence)).toBe(expected);
});

test.each(["Try again later.", "try again in 3 months", "retry limit: 5s", ""])(
  "%j names no wait",
  (sentence) => {
    expect(parseRetryAfterMs(sentence)).toBeUndefined();
  },
);
