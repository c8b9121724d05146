import { defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { createScriptedRuntime } from "../../src/testing/index.ts";

const search = defineTool({
  name: "wiki_search",
  description: "Searches the wiki.",
  inputSchema: z.object({ query: z.string() }),
  execute: ({ query }) => `found ${query}`,
});

const opened = { role: "default" } as const;
const counting = ({ history }: { history: readonly object[] }) => ({
  text: `after ${history.length}`,
  usage: { inputTokens: 3, outputTokens: 1 },
});

test("a scripted turn is given the conversation before it, tool calls included", async () => {
  const runtime = createScriptedRuntime([
    { toolCalls: [{ tool: "wiki_search", arguments: { query: "refunds" } }], text: "Found." },
    { text: "Again." },
  ]);
  const history = [{ type: "message", role: "user", text: "Earlier." }] as const;
  await using thread = runtime.openThread({ ...opened, tools: { search }, history });
  await thread.generateText({ prompt: "One." });
  await thread.generateText({ prompt: "Two." });
  expect(runtime.asked.map(({ history: before }) => before)).toEqual([
    history,
    [
      ...history,
      { type: "message", role: "user", text: "One." },
      {
        type: "tool-call",
        tool: "wiki_search",
        arguments: { query: "refunds" },
        result: "found refunds",
      },
      { type: "message", role: "assistant", text: "Found." },
    ],
  ]);
});

test("a scripted thread that is kept is resumed, forked, listed and deleted as on Codex", async () => {
  const runtime = createScriptedRuntime(counting);
  const thread = runtime.openThread({ ...opened, persist: true });
  expect(await thread.generateText({ prompt: "One." })).toBe("after 0");
  expect(thread.usage).toMatchObject({ inputTokens: 3, outputTokens: 1 });
  await using fork = thread.fork();
  expect(await thread.generateText({ prompt: "Two." })).toBe("after 2");
  expect(await fork.generateText({ prompt: "Other." })).toBe("after 2");
  const id = thread.id ?? "";
  const inUse = { failure: { kind: "thread-unavailable", problem: "in-use", threadId: id } };
  await using second = runtime.resumeThread(id, opened);
  await expect(second.generateText({ prompt: "Me too." })).rejects.toMatchObject(inUse);
  await thread[Symbol.asyncDispose]();
  await using resumed = runtime.resumeThread(id, opened);
  expect(await resumed.generateText({ prompt: "Three." })).toBe("after 4");
  expect((await runtime.threads.list()).map((entry) => [entry.id, entry.firstPrompt])).toEqual([
    [id, "One."],
    [fork.id, "One."],
  ]);
  expect((await runtime.threads.messages(id)).map(({ text }) => text)).toEqual([
    "One.",
    "after 0",
    "Two.",
    "after 2",
    "Three.",
    "after 4",
  ]);
  await expect(runtime.threads.delete(id)).rejects.toMatchObject(inUse);
  await resumed[Symbol.asyncDispose]();
  await runtime.threads.delete(id);
  expect((await runtime.threads.list()).map((entry) => entry.id)).toEqual([fork.id]);
});

test("a scripted thread that is unknown, or only in memory, is refused", async () => {
  const runtime = createScriptedRuntime(counting);
  await using unknown = runtime.resumeThread("gone", opened);
  await expect(unknown.generateText({ prompt: "Hi." })).rejects.toMatchObject({
    failure: { kind: "thread-unavailable", problem: "unknown", threadId: "gone" },
  });
  expect(unknown.isOpen).toBe(false);
  expect(runtime.asked).toEqual([]);
  await using inMemory = runtime.openThread(opened);
  await inMemory.generateText({ prompt: "Hi." });
  expect(() => inMemory.fork()).toThrow(expect.objectContaining({ code: "threads-not-kept" }));
  await using again = runtime.resumeThread(inMemory.id ?? "", opened);
  await expect(again.generateText({ prompt: "Hi." })).rejects.toMatchObject({
    failure: { problem: "unknown" },
  });
});
