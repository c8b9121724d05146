import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  CodexKtxLlmRuntime,
  RateLimitGovernor,
  RuntimeInputError,
  type RuntimeInputProblem,
} from "../../src/index.ts";
import { fakeRunner } from "../fake-runner.ts";
import { answered, loop, runtimeOn } from "../runtime-on-fakes.ts";

const odd: readonly (readonly [value: unknown, shown: string])[] = [
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [1.5, "1.5"],
  [-1, "-1"],
  ["3", '"3"'],
  [3n, "3"],
  [true, "true"],
  [{}, "a value of type object"],
  [2 ** 53, "9007199254740992"],
];

const options: readonly (readonly [name: string, expected: string, code: RuntimeInputProblem])[] = [
  ["timeoutMs", "a whole number of milliseconds from 1 to 2147483647", "invalid-limit"],
  ["idleTimeoutMs", "a whole number of milliseconds from 1 to 2147483647", "invalid-limit"],
  ["maxRetries", "a whole number from 0", "invalid-limit"],
  ["repairAttempts", "a whole number from 0", "invalid-limit"],
  ["stepBudget", "a whole number from 1", "invalid-budget"],
  ["toolCallBudget", "a whole number from 1", "invalid-budget"],
  ["tokenBudget", "a whole number from 1", "invalid-budget"],
];

describe.each(options)("%s", (name, expected, code) => {
  test.each(odd)("of %o is refused by a call, before anything is started", async (value, shown) => {
    const runner = fakeRunner(answered);
    const runtime = runtimeOn(runner);
    const ask = { role: "default", prompt: "Well?", schema: z.object({ n: z.number() }) };
    const refused =
      name === "repairAttempts"
        ? runtime.generateObject({ ...ask, [name]: value as number })
        : runtime.runAgentLoop(loop({ [name]: value as number }));
    const error = await refused.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RuntimeInputError);
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(`Expected \`${name}\` to be ${expected}, got ${shown}. `);
    expect(runner.inputs).toEqual([]);
  });
});

const ofARuntime = options.filter(([, , code]) => code === "invalid-limit");

test.each(ofARuntime)("%s is checked when the runtime is made", (name, expected) => {
  const rest = { projectDir: "/project", modelSlots: { default: "codex" } };
  for (const [value, shown] of odd)
    expect(() => new CodexKtxLlmRuntime({ ...rest, [name]: value })).toThrow(
      `Expected \`${name}\` to be ${expected}, got ${shown}. Leave it out for the default.`,
    );
});

test.each([
  ["maxConcurrency", "a whole number from 1"],
  ["maxWaitMs", "a whole number of milliseconds from 0"],
])("%s is checked when the governor is made", (name, expected) => {
  for (const [value, shown] of odd)
    expect(() => new RateLimitGovernor({ [name]: value })).toThrow(
      `Expected \`${name}\` to be ${expected}, got ${shown}. Leave it out for the default.`,
    );
});

test("limits at the ends of their ranges are taken", async () => {
  const runtime = runtimeOn(fakeRunner(answered), {
    timeoutMs: 2 ** 31 - 1,
    idleTimeoutMs: 2 ** 31 - 1,
    maxRetries: 0,
    repairAttempts: 0,
    rateLimits: new RateLimitGovernor({ maxConcurrency: 1, maxWaitMs: Number.MAX_SAFE_INTEGER }),
  });
  expect(await runtime.generateText({ role: "default", prompt: "Well?", stepBudget: 1 })).toBe(
    "The answer.",
  );
});
