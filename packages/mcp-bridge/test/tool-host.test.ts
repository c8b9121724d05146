import { expect, test, vi } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, resolveToolSet, type ToolObserver } from "../src/index.ts";
import { createToolHost, type ToolHost } from "../src/tool-host.ts";
import { contextWith, stuckTool, toolReturning } from "./builders.ts";

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

test("a long result is cut at a line's end, and the model is told to ask for less", async () => {
  const host = hostOf(toolReturning("one\ntwo\nthree\nfour\n"), { maxOutputBytes: 16 });

  expect(await host.call("subject", {}, context)).toEqual({
    content: [
      { type: "text", text: "one\ntwo\nthree\n" },
      {
        type: "text",
        text:
          "[Note by the tool bridge: This result was cut; 5 bytes of text are left out. " +
          "Ask for less, for instance by narrower arguments.]",
      },
    ],
  });
});

test("a paged tool's long result can be read to its end by cursors, without running the tool again", async () => {
  const text = Array.from({ length: 50 }, (_value, index) => `line ${index}\n`).join("");
  let runs = 0;
  const tool: BridgedTool = {
    ...toolReturning(""),
    paged: true,
    execute: () => {
      runs += 1;
      return text;
    },
  };
  const host = hostOf(tool, { maxOutputBytes: 100 });

  const parts: string[] = [];
  let cursor: string | undefined;
  do {
    const result = await host.call("subject", cursor === undefined ? {} : { cursor }, context);
    parts.push(textOf(result));
    cursor = /cursor "([^"]+)"/.exec(JSON.stringify(result).replaceAll("\\", ""))?.[1];
  } while (cursor !== undefined);

  expect(parts.join("")).toBe(text);
  expect(parts.length).toBeGreaterThan(3);
  expect(runs).toBe(1);
});

test("a cursor that is unknown, or another tool's, is an error that says how to begin anew", async () => {
  const long = (name: string): BridgedTool => ({
    ...toolReturning("x".repeat(500), name),
    paged: true,
  });
  const host = hostOf(long("one"), long("two"), { maxOutputBytes: 100 });
  await host.call("one", {}, context);

  const results = [
    await host.call("two", { cursor: "page-1" }, context),
    await host.call("one", { cursor: "page-9" }, context),
  ];

  expect(results.map(textOf)).toEqual([
    'There is no page "page-1" any more. Call two without cursor to begin anew.',
    'There is no page "page-9" any more. Call one without cursor to begin anew.',
  ]);
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

  const call = { callId: 1, alias: "tool0", name: "subject", argumentBytes: 12 };
  expect(seen).toEqual([call, { ...call, outcome: "ok", resultBytes: 40, sentBytes: 148 }]);
});

test("an observer is told each outcome", async () => {
  const outcomes: string[] = [];
  const { tool } = stuckTool();
  const host = hostOf(
    toolReturning("fine", "fine"),
    toolReturning(1n, "failing"),
    { ...tool, timeoutMs: 20 },
    {
      observer: { onResult: ({ outcome }) => outcomes.push(outcome) },
    },
  );

  await host.call("fine", {}, context);
  await host.call("failing", {}, context);
  await host.call("stuck", {}, context);
  await host.call("stuck", {}, contextWith(AbortSignal.timeout(1)));

  expect(outcomes).toEqual(["ok", "error", "timeout", "cancelled"]);
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

interface HostOptions {
  readonly observer?: ToolObserver;
  readonly maxOutputBytes?: number;
}

function hostOf(...parts: readonly (BridgedTool | HostOptions)[]): ToolHost {
  const isTool = (part: BridgedTool | HostOptions): part is BridgedTool => "execute" in part;
  const tools = parts.filter(isTool).map((tool, index) => [`tool${index}`, tool]);
  const options = parts.find((part) => !isTool(part)) ?? {};
  return createToolHost(resolveToolSet(Object.fromEntries(tools)), {
    observer: {},
    maxOutputBytes: 40_000,
    ...options,
  });
}

function textOf({ content }: Awaited<ReturnType<ToolHost["call"]>>): string {
  return content[0]?.type === "text" ? content[0].text : "";
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
