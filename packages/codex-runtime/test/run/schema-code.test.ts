import { describe, expect, test, vi } from "vitest";
import { BudgetError, findRunEnd } from "../../src/index.ts";
import { answering, ask, count, errorOf, runtimeOn, stopTime, valid } from "./object-scene.ts";

describe("the code of a schema", () => {
  test("may take no longer than the call", async () => {
    stopTime();
    const schema = count.refine(() => {
      void vi.advanceTimersByTimeAsync(50);
      return new Promise<boolean>(() => {});
    });
    const hanging = { ...ask, schema };
    const work = runtimeOn(answering(valid), { timeoutMs: 50 }).generateObject(hanging);
    expect(await errorOf(work)).toMatchObject({
      name: "CodexError",
      message: expect.stringMatching(
        /^The schema did not check the answer within 0\.\d+ s: its own code/,
      ),
      failure: { kind: "timeout", limit: "wall-clock" },
      text: valid,
      usage: { totalTokens: 15 },
    });
  });

  test("that is done leaves no timer, which would keep the process", async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    for (let calls = 0; calls < 10; calls += 1)
      await runtimeOn(answering(valid)).generateObject(ask);
    // Whoever else runs in this process may have some.
    expect(timers() - before).toBeLessThan(10);
  });

  test("is not waited for when the caller has aborted", async () => {
    const caller = new AbortController();
    const schema = count.refine(() => {
      setTimeout(() => caller.abort(new Error("enough")));
      return new Promise<boolean>(() => {});
    });
    const work = runtimeOn(answering(valid)).generateObject({
      ...ask,
      schema,
      abortSignal: caller.signal,
    });
    await expect(work).rejects.toThrow("enough");
  });

  test("takes time that its repair does not have", async () => {
    const slow = count.refine(async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return false;
    });
    const runner = answering(valid);
    const work = runtimeOn(runner, { timeoutMs: 100, repairAttempts: 9 }).generateObject({
      ...ask,
      schema: slow,
    });
    await errorOf(work);
    expect(runner.inputs.length).toBeLessThan(4);
  });

  test("that throws ends the call with what there is of it, and is not repaired", async () => {
    const bug = new TypeError("my bug");
    const schema = count.transform(() => {
      throw bug;
    });
    const runner = answering(valid);
    const error = await errorOf(runtimeOn(runner).generateObject({ ...ask, schema }));
    expect(error).toMatchObject({
      name: "OutputValidationError",
      message:
        "Codex structured output failed validation:\n- $: the schema's own code threw TypeError: my bug",
      text: valid,
      usage: { totalTokens: 15 },
      cause: bug,
    });
    expect(runner.inputs).toHaveLength(1);
  });

  test("with the end of a call of its own gives the outer call no such end", async () => {
    const inner = new BudgetError("tokens", { usage: {}, toolCalls: [] });
    const schema = count.transform(() => {
      throw inner;
    });
    const error = await errorOf(runtimeOn(answering(valid)).generateObject({ ...ask, schema }));
    const issues = [{ path: "$", message: expect.stringContaining("BudgetError") }];
    expect(error).toMatchObject({ cause: inner });
    expect(findRunEnd(error)).toEqual({ type: "invalid-output", issues, text: valid });
  });
});
