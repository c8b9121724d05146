import { expect, test } from "vitest";
import { resolveLimits } from "../src/bridge-limits.ts";
import { resolveToolSet } from "../src/index.ts";
import { takeToken, type TokenBucket } from "../src/server/take-token.ts";
import { greet } from "./builders.ts";

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

const noCounts: readonly [value: unknown, described: string][] = [
  [0, "0"],
  [-1, "-1"],
  [1.5, "1.5"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [2 ** 31, "2147483648"],
  ["3", '"3"'],
  [null, "null"],
  [3n, "a bigint"],
  [[3], "an object of type Array"],
];

test.each(noCounts)("a limit of %s is refused", (value, described) => {
  expect(() => resolveLimits({ maxBodyBytes: value as number })).toThrow(
    expect.objectContaining({
      code: "invalid-limit",
      message:
        `Expected the limit maxBodyBytes to be a whole number from 1 to 2147483647, got ${described}. ` +
        "Leave it out for the default.",
    }),
  );
});

test.each(noCounts)("a tool's timeoutMs or concurrency of %s is refused", (value, described) => {
  const limit = value as number;

  expect(() => resolveToolSet({ greet: { ...greet, timeoutMs: limit } })).toThrow(
    `Tool "greet": expected a timeoutMs that is a whole number from 1 to 2147483647, got ${described}. `,
  );
  expect(() => resolveToolSet({ greet: { ...greet, concurrency: limit } })).toThrow(
    `Tool "greet": expected a concurrency that is a whole number from 1 to 2147483647, got ${described}. `,
  );
});

test("a limit that is undefined takes its default", () => {
  const limits: Record<string, number | undefined> = { maxSessions: undefined };

  expect(resolveLimits(limits as object)).toEqual(resolveLimits());
});

test.each(["maxBodyByte", "constructor", "__proto__"])("a limit called %s is refused", (name) => {
  expect(() => resolveLimits(Object.fromEntries([[name, 5]]))).toThrow(
    `There is no limit "${name}". The limits are: maxOutputBytes, maxBodyBytes, maxHeaderBytes, ` +
      "requestTimeoutMs, requestsPerSecond, maxConnections, maxSessions.",
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
