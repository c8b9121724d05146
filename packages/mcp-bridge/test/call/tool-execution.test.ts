import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test } from "vitest";
import {
  defineTool,
  executeTool,
  type ToolContext,
  type ToolExecution,
  toolExecutionChannelName,
} from "../../src/index.ts";
import { z } from "zod";
import { contextWith, hostOf } from "../builders.ts";

const context = contextWith(new AbortController().signal);

function listen(change: (execution: ToolExecution) => void): void {
  const onMessage = (message: unknown): void => change(message as ToolExecution);
  subscribe(toolExecutionChannelName, onMessage);
  onTestFinished(() => void unsubscribe(toolExecutionChannelName, onMessage));
}

test("a tool runs with its own context where nobody listens", () => {
  const seen: unknown[] = [];
  const execute = (input: unknown, given: ToolContext): number => seen.push(input, given);
  expect(executeTool("look", execute, "a" as never, context)).toBe(2);
  expect(seen).toEqual(["a", context]);
});

test("a listener adds data to the call, and runs the tool its own way", () => {
  listen((execution) => {
    execution.meta["traceparent"] = `of ${execution.name} ${execution.callId}`;
    const { execute } = execution;
    execution.execute = () => `<${String(execute())}>`;
  });
  const execute = (input: unknown, { meta }: ToolContext): string =>
    `${String(input)}, ${meta?.["traceparent"]}`;
  expect(executeTool("look", execute, "a" as never, { ...context, callId: 7 })).toBe(
    "<a, of look 7>",
  );
});

test("a tool of a host has the id of its call, as observers have it", async () => {
  const ids: unknown[] = [];
  const tool = defineTool({
    name: "look",
    description: "Looks.",
    inputSchema: z.object({}),
    execute: (_input, { callId }) => void ids.push(callId),
  });
  const host = hostOf(tool, { observer: { onCall: ({ callId }) => void ids.push(callId) } });
  await host.call("look", {}, context);
  await host.call("look", {}, context);
  expect(ids).toEqual([1, 1, 2, 2]);
});
