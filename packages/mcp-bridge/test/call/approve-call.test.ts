import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type ApproveToolCall,
  type BridgedTool,
  defineTool,
  type ToolCallResult,
  type ToolCallToApprove,
  type ToolDecision,
} from "../../src/index.ts";
import { contextWith, hostOf, textOf } from "../builders.ts";

/** A tool that keeps the inputs with which it ran. */
function recordingTool(rest: Partial<BridgedTool> = {}): {
  readonly tool: BridgedTool;
  readonly ran: unknown[];
} {
  const ran: unknown[] = [];
  const tool = defineTool({
    name: "pay",
    description: "Pays.",
    inputSchema: z.object({ euros: z.coerce.number().max(100), to: z.string().default("Ada") }),
    execute: (input) => {
      ran.push(input);
      return "paid";
    },
  });
  return { tool: { ...tool, ...rest }, ran };
}

/** One call of the recording tool, and all that came of it. */
async function pay(approve: ApproveToolCall, input: object = { euros: "5" }) {
  const results: ToolCallResult[] = [];
  const { tool, ran } = recordingTool({ approve });
  const host = hostOf(tool, { observer: { onResult: (result) => results.push(result) } });
  const { signal } = new AbortController();
  const result = await host.call("pay", input, contextWith(signal));
  return { result, text: textOf(result), ran, seen: results[0] };
}

describe("a call that somebody decides about", () => {
  test("runs when it is allowed, with its schema applied", async () => {
    const asked: ToolCallToApprove[] = [];
    const { text, ran, seen } = await pay((call) => {
      asked.push(call);
      return { allow: true };
    });
    expect(asked).toMatchObject([{ callId: 1, name: "pay", arguments: { euros: "5" } }]);
    expect(text).toBe("paid");
    expect(ran).toEqual([{ euros: 5, to: "Ada" }]);
    expect(seen).toMatchObject({ outcome: "ok", approval: "allowed" });
    expect(seen).not.toHaveProperty("changedArguments");
  });

  test("does not run when it is denied; the model reads the reason, and it is no error", async () => {
    const { result, ran, seen } = await pay(() => ({ allow: false, reason: "Too late today." }));
    const text = "pay was not called. The call was denied: Too late today.";
    expect(result).toEqual({ content: [{ type: "text", text }] });
    expect(ran).toEqual([]);
    expect(seen).toMatchObject({ outcome: "denied", approval: "denied", text });
  });

  test("runs with other arguments, which the schema checks", async () => {
    const { ran, seen } = await pay(() => ({ allow: true, arguments: { euros: "7", to: "Bo" } }));
    expect(ran).toEqual([{ euros: 7, to: "Bo" }]);
    expect(seen).toMatchObject({
      outcome: "ok",
      approval: "changed",
      arguments: { euros: "5" },
      changedArguments: { euros: "7", to: "Bo" },
    });
  });

  test("fails with other arguments that the schema refuses", async () => {
    const { result, text, ran, seen } = await pay(() => ({
      allow: true,
      arguments: { euros: 1_000 },
    }));
    expect(result.isError).toBe(true);
    expect(text).toContain("the arguments that its approval put in place of yours cannot be used");
    expect(text).toContain("euros");
    expect(ran).toEqual([]);
    expect(seen).toMatchObject({ outcome: "error" });
  });

  test("is not asked about where its arguments are invalid", async () => {
    const { text, ran } = await pay(() => Promise.reject(new Error("asked")), { euros: 1_000 });
    expect(text).toContain("The arguments of pay are invalid:");
    expect(ran).toEqual([]);
  });

  test("runs with what was shown, whatever becomes of the copy that was shown", async () => {
    const { ran } = await pay((call) => {
      Object.assign(call.arguments, { euros: 99 });
      return { allow: true };
    });
    expect(ran).toEqual([{ euros: 5, to: "Ada" }]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("nobody is there");
      },
      "nobody is there",
    ],
    ["rejects", () => Promise.reject(new Error("the line is dead")), "the line is dead"],
    ["answers something else", () => "yes", 'got "yes"'],
    ["answers nothing", () => undefined, "got undefined"],
    ["answers nothing later", () => Promise.resolve(), "got undefined"],
    ["answers null", () => null, "got null"],
    ["answers with a truthy allow", () => ({ allow: 1 }), "got an object"],
    ["denies without a reason", () => ({ allow: false }), "got an object"],
  ])("fails, and does not run, when the one who decides %s", async (_, answer, reason) => {
    const { result, text, ran, seen } = await pay(answer as () => ToolDecision);
    expect(result.isError).toBe(true);
    expect(text).toContain("pay was not called: the approval of the call failed: ");
    expect(text).toContain(reason);
    expect(ran).toEqual([]);
    expect(seen).toMatchObject({ outcome: "error" });
  });
});

test("a decision takes longer than the time limit of the tool, which begins after it", async () => {
  const decision = Promise.withResolvers<ToolDecision>();
  const { tool, ran } = recordingTool({ timeoutMs: 20, approve: () => decision.promise });
  const host = hostOf(tool);
  const result = host.call("pay", { euros: 1 }, contextWith(new AbortController().signal));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(ran).toEqual([]);
  decision.resolve({ allow: true });
  expect(textOf(await result)).toBe("paid");
});

test("a call that waits for its decision holds up no other call of its lane, and the lane holds after it", async () => {
  const decisions = [Promise.withResolvers<ToolDecision>(), Promise.withResolvers<ToolDecision>()];
  const running: number[] = [];
  const finish = Promise.withResolvers<void>();
  const slow = defineTool({
    name: "slow",
    description: "Takes its time.",
    inputSchema: z.object({ id: z.number() }),
    execute: async ({ id }) => {
      running.push(id);
      await finish.promise;
      running.splice(running.indexOf(id), 1);
      return `done ${id}`;
    },
  });
  const host = hostOf({
    ...slow,
    approve: ({ callId }) => decisions[callId - 1]?.promise ?? { allow: true },
  });
  const { signal } = new AbortController();
  const first = host.call("slow", { id: 1 }, contextWith(signal));
  const second = host.call("slow", { id: 2 }, contextWith(signal));
  decisions[1]?.resolve({ allow: true });
  await expect.poll(() => running).toEqual([2]);
  decisions[0]?.resolve({ allow: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(running).toEqual([2]);
  finish.resolve();
  expect([textOf(await first), textOf(await second)]).toEqual(["done 1", "done 2"]);
});

test("a call that is cancelled does not wait for its decision, and a late one starts nothing", async () => {
  const decision = Promise.withResolvers<ToolDecision>();
  const results: ToolCallResult[] = [];
  const signals: AbortSignal[] = [];
  const { tool, ran } = recordingTool({
    approve: ({ signal }) => {
      signals.push(signal);
      return decision.promise;
    },
  });
  const host = hostOf(tool, { observer: { onResult: (result) => results.push(result) } });
  const caller = new AbortController();
  const called = host.call("pay", { euros: 1 }, contextWith(caller.signal));
  await expect.poll(() => signals.length).toBe(1);
  caller.abort(new Error("The run has ended."));
  expect(textOf(await called)).toBe("The run has ended.");
  expect(results).toMatchObject([{ outcome: "cancelled" }]);
  expect(signals[0]?.aborted).toBe(true);
  decision.resolve({ allow: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ran).toEqual([]);
});
