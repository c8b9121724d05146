import { defineTool } from "@ktx/mcp-bridge";
import { reply, type SimRequest, text, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunMetrics } from "../../src/index.ts";
import { namespace, onEachTransport, startSceneOn, type TransportName } from "./scene.ts";

const schema = z.object({ count: z.int().refine((count) => count > 0, "must be positive") });
const ask = { role: "default", prompt: "How many?", schema };

/** Who said what to the model, in order: the roles and texts of the messages, the kinds of the rest. */
function conversationOf({ body }: SimRequest): readonly string[] {
  const { input } = z
    .object({
      input: z.array(
        z.object({
          type: z.string(),
          role: z.string().optional(),
          content: z.array(z.object({ text: z.string() })).optional(),
        }),
      ),
    })
    .parse(body);
  return input.map(({ type, role, content = [] }) =>
    role === undefined ? type : `${role}: ${content.map((part) => part.text).join("")}`,
  );
}

/** A tool that keeps what it is called with. */
const lookTool = (calls: string[]) =>
  defineTool({
    name: "look",
    description: "Looks at a shelf.",
    inputSchema: z.object({ shelf: z.string() }),
    execute: ({ shelf }) => {
      calls.push(shelf);
      return `Three on ${shelf}.`;
    },
  });

const lookAt = (shelf: string) => toolCall("look", { shelf }, { namespace });

const threadOf = ({ headers }: SimRequest): string | undefined => headers["thread-id"];

onEachTransport("an answer that its schema refuses", ({ transport, startScene }) => {
  test("is repaired in one more turn, which is told each issue with its path", async () => {
    const metrics: RunMetrics[] = [];
    await using scene = await startScene([
      reply([text('{"count":1}'), text('{"count":-1}')]),
      reply([text('{"count":2}')]),
    ]);
    const onMetrics = (told: RunMetrics): void => void metrics.push(told);
    expect(await scene.runtime.generateObject({ ...ask, onMetrics })).toEqual({ count: 2 });
    expect(metrics).toMatchObject([{ attempts: 2, repairs: 1, usage: { totalTokens: 30 } }]);

    const [first, second] = scene.sim.requests;
    expect(scene.sim.requests).toHaveLength(2);
    expect(second?.outputSchema).toEqual(first?.outputSchema);
    const before = (first && conversationOf(first)) ?? [];
    const conversations: Readonly<Record<TransportName, readonly unknown[]>> = {
      // In a thread of its own, whose prompt has the first one and the answer.
      exec: [
        ...before.slice(0, -1),
        expect.stringMatching(
          /^user: How many\?.*\{"count":-1\}.*^- \$\.count: must be positive$/ms,
        ),
      ],
      "app-server": [
        ...before,
        'assistant: {"count":1}',
        'assistant: {"count":-1}',
        expect.stringMatching(
          /^user: Your last message is not a valid answer.*^- \$\.count: must be positive$/ms,
        ),
      ],
    };
    expect(second && conversationOf(second)).toEqual(conversations[transport]);
    expect(first && second && threadOf(second) === threadOf(first)).toBe(
      transport === "app-server",
    );
    expect(await scene.remainingCodexProcesses()).toEqual([]);
  });
});

describe("an answer after tool calls that its schema refuses", () => {
  test("is repaired over exec from the answer alone, without tools", async () => {
    const calls: string[] = [];
    await using scene = await startSceneOn("exec", [
      reply([lookAt("A")]),
      reply([text('{"count":-3}')]),
      reply([text('{"count":6}')]),
    ]);
    const value = await scene.runtime.generateObject({ ...ask, tools: { look: lookTool(calls) } });
    expect(value).toEqual({ count: 6 });
    expect(calls).toEqual(["A"]);
    const [, , repair, ...others] = scene.sim.requests;
    expect(others).toEqual([]);
    expect(repair).toMatchObject({ tools: [], userText: expect.stringContaining('{"count":-3}') });
  });

  test("is repaired over the app-server with what the tools have told, and the tools, still there", async () => {
    const calls: string[] = [];
    await using scene = await startSceneOn("app-server", [
      reply([lookAt("A")]),
      reply([text('{"count":-3}')]),
      reply([lookAt("B")]),
      reply([text('{"count":6}')]),
    ]);
    const value = await scene.runtime.generateObject({ ...ask, tools: { look: lookTool(calls) } });
    expect(value).toEqual({ count: 6 });
    expect(calls).toEqual(["A", "B"]);
    expect(scene.sim.requests).toHaveLength(4);
    expect(new Set(scene.sim.requests.map(threadOf)).size).toBe(1);
    expect(scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output)).toEqual([
      expect.stringContaining("Three on A."),
      expect.stringContaining("Three on B."),
    ]);
  });
});

onEachTransport("an answer with two candidates", ({ startScene }) => {
  test("is chosen by the model in one more turn, and its reasoning is no candidate", async () => {
    const verdict = z.object({ verdict: z.enum(["approve", "reject"]), reason: z.string() });
    const approve = '{"verdict":"approve","reason":"(longer than the other)"}';
    const reject = '{"verdict":"reject","reason":"wrong date"}';
    await using scene = await startScene([
      reply([text(`Either ${approve} or ${reject}.`)]),
      reply([text(`<think>Maybe ${approve}? No.</think>${reject}`)]),
    ]);
    const call = { role: "default", prompt: "Check the invoice.", schema: verdict };
    expect(await scene.runtime.generateObject(call)).toEqual({
      verdict: "reject",
      reason: "wrong date",
    });
    const [, repair, ...others] = scene.sim.requests;
    expect(others).toEqual([]);
    expect(repair && conversationOf(repair).at(-1)).toContain(
      "- $: Expected exactly one JSON object, but the text contains several different ones. Send only the final one.",
    );
  });
});
