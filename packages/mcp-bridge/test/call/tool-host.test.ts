import { expect, test, vi } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, type ToolObserver } from "../../src/index.ts";
import { contextWith, hostOf, stuckTool, textOf, toolReturning } from "../builders.ts";

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
        text: "stuck did not finish within its time limit of 0.02 s and was stopped.",
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
    "writer did not start: earlier calls were still running after its time limit of 0.02 s. Try again later.",
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
  expect(seen).toEqual([
    call,
    {
      ...call,
      outcome: "ok",
      text: expect.stringMatching(/^ä{10}\n\[Tool bridge: This result was cut: 20 bytes/),
      resultBytes: 40,
      sentBytes: 131,
    },
  ]);
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

const badObservers: readonly [name: string, fail: (error: unknown) => unknown][] = [
  [
    "throws",
    (error) => {
      throw error;
    },
  ],
  [
    "returns a promise that rejects",
    async (error) => {
      throw error;
    },
  ],
  ["returns an object whose then rejects", (error) => thenable((_, reject) => reject(error))],
  [
    "returns an object whose then throws",
    (error) =>
      thenable(() => {
        throw error;
      }),
  ],
];

test.each(badObservers)(
  "an observer that %s costs no call, and its handler receives the error of each event",
  async (_name, fail) => {
    const errors: unknown[] = [];
    const host = hostOf(toolReturning("fine"), {
      observer: {
        onToolsListed: () => fail("listed"),
        onCall: () => fail("call"),
        onResult: () => fail(new Error("result")),
      },
      onObserverError: (error) => errors.push(error),
    });

    host.reportListed(undefined);
    const result = await host.call("subject", {}, context);
    await new Promise((resolve) => setImmediate(resolve));

    expect(textOf(result)).toBe("fine");
    expect(errors).toEqual(["listed", "call", new Error("result")]);
  },
);

test.each(badObservers)(
  "an observer that %s, like its handler, ends as a process warning",
  async (_name, fail) => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    const problem = new Error("handler broke");
    const unprintable = Object.create(null);
    const withoutHandler = hostOf(toolReturning("fine"), {
      observer: { onCall: () => fail(unprintable) },
    });
    const withHandler = hostOf(toolReturning("fine"), {
      observer: { onCall: () => fail(new Error("observer broke")) },
      onObserverError: () => fail(problem),
    });

    const results = [
      await withoutHandler.call("subject", {}, context),
      await withHandler.call("subject", {}, context),
    ];
    await new Promise((resolve) => setImmediate(resolve));
    const warnings = warn.mock.calls;
    warn.mockRestore();
    process.off("unhandledRejection", onUnhandled);

    expect(results.map(textOf)).toEqual(["fine", "fine"]);
    expect(warnings).toEqual([["[Object: null prototype] {}"], [problem]]);
    expect(unhandled).toEqual([]);
  },
);

test("observers that are added later hear what follows, each until it is removed", async () => {
  const heard: string[] = [];
  const host = hostOf(toolReturning("fine"), {
    observer: { onResult: ({ callId }) => heard.push(`first ${callId}`) },
  });
  await host.call("subject", {}, context);
  const remove = host.observe({ onResult: ({ callId }) => heard.push(`second ${callId}`) });
  await host.call("subject", {}, context);
  remove();
  await host.call("subject", {}, context);

  expect(heard).toEqual(["first 1", "first 2", "second 2", "first 3"]);
});

test("a tool that changes its input does not change what an observer hears, nor the reverse", async () => {
  const seen: unknown[] = [];
  const rows = z.object({ rows: z.any() });
  const tool = defineTool({
    name: "subject",
    description: "Changes its input.",
    inputSchema: rows,
    execute: ({ rows: list }) => {
      seen.push([...list]);
      list.push(list);
      return "fine";
    },
  });
  const host = hostOf(tool, {
    observer: {
      onCall: ({ arguments: input }) => Object.assign(input, { rows: [...rows.parse(input).rows] }),
      onResult: ({ arguments: input, outcome }) => seen.push([input, outcome]),
    },
  });

  await host.call("subject", { rows: [1] }, context);

  expect(seen).toEqual([[1], [{ rows: [1] }, "ok"]]);
});

test("an observer gets the text or the error that the model is sent, 4,096 characters of it", async () => {
  const results: unknown[] = [];
  const host = hostOf(
    toolReturning({ n: 1 }, "object"),
    toolReturning(`${"x".repeat(4_094)}😀${"x".repeat(9)}`, "long"),
    { ...toolReturning("", "wrong"), inputSchema: z.object({ who: z.string() }) },
    { observer: { onResult: ({ text, error }) => results.push({ text, error }) } },
  );

  for (const name of ["object", "long", "wrong"]) await host.call(name, {}, context);

  expect(results).toEqual([
    { text: '```json\n{"n":1}\n```', error: undefined },
    { text: `${"x".repeat(4_094)}…`, error: undefined },
    { text: undefined, error: expect.stringContaining("expected string, received undefined") },
  ]);
});

function thenable(then: (resolve: unknown, reject: (reason: unknown) => void) => void): object {
  // oxlint-disable-next-line unicorn/no-thenable -- the point of the test
  return { then };
}

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
    running: (count) => expect.poll(() => running).toBe(count),
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
