import { expect, test, vi } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, type ToolObserver } from "../src/index.ts";
import { contextWith, hostOf, stuckTool, textOf, toolReturning } from "./builders.ts";

const context = contextWith(new AbortController().signal);

test("read-only tools run in parallel", async () => {
  const gate = gatedTool({ annotations: { readOnlyHint: true } });
  const host = hostOf(gate.tool);
  const calls = [1, 2, 3].map(() => host.call("gated", {}, context));

  await gate.running(3);
  gate.open();

  expect((await Promise.all(calls)).map(textOf)).toEqual(["done", "done", "done"]);
  expect(gate.mostAtOnce()).toBe(3);
});

test("tools that are not read-only take turns, across tools, in order of arrival", async () => {
  const order: string[] = [];
  const host = hostOf(recordingTool("first", order), recordingTool("second", order));

  await Promise.all(["first", "second", "first"].map((name) => host.call(name, {}, context)));

  expect(order).toEqual([
    "first begins",
    "first ends",
    "second begins",
    "second ends",
    "first begins",
    "first ends",
  ]);
});

test("a read-only tool does not wait for one that is not", async () => {
  const slow = stuckTool();
  const host = hostOf(
    { ...slow.tool, annotations: {} },
    { ...toolReturning("read", "reader"), annotations: { readOnlyHint: true } },
  );
  void host.call("stuck", {}, context);
  await slow.called;

  expect(textOf(await host.call("reader", {}, context))).toBe("read");
});

test("a tool's own concurrency bounds its calls", async () => {
  const gate = gatedTool({ concurrency: 2, annotations: { readOnlyHint: true } });
  const host = hostOf(gate.tool);
  const calls = [1, 2, 3, 4, 5].map(() => host.call("gated", {}, context));

  await gate.running(2);
  gate.open();
  await Promise.all(calls);

  expect(gate.mostAtOnce()).toBe(2);
});

test("a call that is cancelled while it waits never runs, and the next one does", async () => {
  const gate = gatedTool({});
  const host = hostOf(gate.tool);
  const controller = new AbortController();
  const first = host.call("gated", {}, context);
  const second = host.call("gated", {}, contextWith(controller.signal));
  const third = host.call("gated", {}, context);
  await gate.running(1);

  controller.abort(new Error("The client left."));
  expect(textOf(await second)).toBe("The client left.");
  gate.open();
  await Promise.all([first, third]);

  expect(gate.calls()).toBe(2);
});

test("a tool over its time limit is stopped, its signal fires, and the model is told", async () => {
  const { tool, signals } = stuckTool();
  const host = hostOf({ ...tool, timeoutMs: 20 });

  const result = await host.call("stuck", {}, context);

  expect(result).toEqual({
    content: [
      {
        type: "text",
        text: "stuck was stopped because it did not end within its time limit of 0.02 s.",
      },
    ],
    isError: true,
  });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("a call whose time runs out before its turn is told that it did not run", async () => {
  const slow = stuckTool();
  const host = hostOf(
    { ...slow.tool, annotations: {} },
    { ...toolReturning("written", "writer"), timeoutMs: 20 },
  );
  void host.call("stuck", {}, context);
  await slow.called;

  expect(textOf(await host.call("writer", {}, context))).toBe(
    "writer did not run: other calls kept it waiting for its time limit of 0.02 s. Try again later.",
  );
});

test("an observer sees each call with its sizes, its wait and its outcome", async () => {
  const seen: unknown[] = [];
  const observer: ToolObserver = {
    onCall: (event) => seen.push(event),
    onResult: ({ durationMs, waitedMs, ...event }) => {
      expect(durationMs).toBeGreaterThanOrEqual(waitedMs);
      seen.push(event);
    },
  };
  const host = hostOf(toolReturning("ä".repeat(20)), { observer, maxOutputBytes: 20 });

  await host.call("subject", { who: "ä" }, context);

  const call = {
    callId: 1,
    alias: "tool0",
    name: "subject",
    arguments: { who: "ä" },
    argumentBytes: 12,
  };
  expect(seen).toEqual([call, { ...call, outcome: "ok", resultBytes: 40, sentBytes: 148 }]);
});

test("an observer is told each outcome, and what the model is told where it is not ok", async () => {
  const outcomes: unknown[] = [];
  const { tool } = stuckTool();
  const host = hostOf(
    toolReturning("fine", "fine"),
    toolReturning(1n, "failing"),
    { ...tool, timeoutMs: 20 },
    {
      observer: { onResult: ({ outcome, error }) => outcomes.push([outcome, error]) },
    },
  );

  await host.call("fine", {}, context);
  await host.call("failing", {}, context);
  await host.call("stuck", {}, context);
  await host.call("stuck", {}, contextWith(AbortSignal.timeout(1)));

  expect(outcomes).toEqual([
    ["ok", undefined],
    ["error", expect.stringContaining("BigInt")],
    ["timeout", expect.stringContaining("time limit")],
    ["cancelled", expect.any(String)],
  ]);
});

test("an observer that throws becomes a process warning, and the call goes on", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const problem = new Error("observer broke");
  const host = hostOf(toolReturning("fine"), {
    observer: {
      onCall: () => {
        throw problem;
      },
    },
  });

  const result = await host.call("subject", {}, context);
  const warnings = warn.mock.calls;
  warn.mockRestore();

  expect(textOf(result)).toBe("fine");
  expect(warnings).toEqual([[problem]]);
});

/** A tool whose calls all wait until `open`, and that counts how many run at once. */
function gatedTool(options: Pick<BridgedTool, "concurrency" | "annotations">): {
  readonly tool: BridgedTool;
  running(count: number): Promise<void>;
  open(): void;
  mostAtOnce(): number;
  calls(): number;
} {
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  let calls = 0;
  const tool = defineTool({
    name: "gated",
    description: "Waits.",
    inputSchema: z.object({}),
    ...options,
    execute: async () => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return "done";
    },
  });
  return {
    tool,
    running: (count) => vi.waitFor(() => expect(running).toBe(count)),
    open: () => gate.resolve(),
    mostAtOnce: () => most,
    calls: () => calls,
  };
}

function recordingTool(name: string, order: string[]): BridgedTool {
  return {
    ...toolReturning("", name),
    execute: async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    },
  };
}
