import { expect, test } from "vitest";
import { resolveLimits } from "../src/bridge-limits.ts";
import { takeToken, type TokenBucket } from "../src/take-token.ts";

test("limits that are left out take their defaults", () => {
  expect(resolveLimits({ maxSessions: 2 })).toEqual({
    maxOutputBytes: 40_000,
    maxBodyBytes: 4_194_304,
    maxHeaderBytes: 16_384,
    requestTimeoutMs: 15_000,
    requestsPerSecond: 10_000,
    maxConnections: 256,
    maxSessions: 2,
  });
});

test.each([0, -1, Number.NaN])("a limit of %s is refused", (value) => {
  expect(() => resolveLimits({ maxBodyBytes: value })).toThrow(
    expect.objectContaining({
      code: "invalid-limit",
      message:
        `Expected the limit maxBodyBytes to be a number of 1 or more, got ${value}. ` +
        "Leave it out for the default.",
    }),
  );
});

test("a bucket gives a burst of one second's tokens, then one for each interval that passes", () => {
  let bucket: TokenBucket | undefined;
  const takenAt = (nowMs: number): boolean => {
    const next = takeToken(bucket, 2, nowMs);
    bucket = next.bucket;
    return next.taken;
  };

  expect([0, 0, 0, 400, 500, 500, 9_000, 9_000, 9_000].map(takenAt)).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
    true,
    true,
    false,
  ]);
});
