import { defineTool } from "@ktx/mcp-bridge";
import { reply, type SimRequest, text, toolCall } from "@ktx/codex-sim";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { RunMetrics } from "../../src/index.ts";
import { namespace, remainingCodexProcesses, startScene } from "./scene.ts";

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

const threadOf = ({ headers }: SimRequest): string | undefined => headers["thread-id"];

describe("an answer that its schema refuses", () => {
  test("is repaired in one more turn of the same thread, which is told each issue with its path", async () => {
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
    expect(second && threadOf(second)).toBe(first && threadOf(first));
    expect(second?.outputSchema).toEqual(first?.outputSchema);
    expect(second && conversationOf(second)).toEqual([
      ...((first && conversationOf(first)) ?? []),
      'assistant: {"count":1}',
      'assistant: {"count":-1}',
      expect.stringMatching(
        /^user: Your last message could not be accepted.*^- \$\.count: must be positive$/ms,
      ),
    ]);
    expect(await remainingCodexProcesses()).toEqual([]);
  });

  test("is repaired with what the tools have told, and the tools, still there", async () => {
    const calls: string[] = [];
    const look = defineTool({
      name: "look",
      description: "Looks at a shelf.",
      inputSchema: z.object({ shelf: z.string() }),
      execute: ({ shelf }) => {
        calls.push(shelf);
        return `Three on ${shelf}.`;
      },
    });
    const lookAt = (shelf: string) => toolCall("look", { shelf }, { namespace });
    await using scene = await startScene([
      reply([lookAt("A")]),
      reply([text('{"count":-3}')]),
      reply([lookAt("B")]),
      reply([text('{"count":6}')]),
    ]);
    const value = await scene.runtime.generateObject({ ...ask, tools: { look } });
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

test.each(["exec", "app-server"] as const)(
  "an answer with two candidates is chosen by the model in one more turn, and its reasoning is no candidate: %s",
  async (transport) => {
    const verdict = z.object({ verdict: z.enum(["approve", "reject"]), reason: z.string() });
    const approve = '{"verdict":"approve","reason":"(longer than the other)"}';
    const reject = '{"verdict":"reject","reason":"wrong date"}';
    await using scene = await startScene(
      [
        reply([text(`Either ${approve} or ${reject}.`)]),
        reply([text(`<think>Maybe ${approve}? No.</think>${reject}`)]),
      ],
      { transport },
    );
    const call = { role: "default", prompt: "Check the invoice.", schema: verdict };
    expect(await scene.runtime.generateObject(call)).toEqual({
      verdict: "reject",
      reason: "wrong date",
    });
    const [, repair, ...others] = scene.sim.requests;
    expect(others).toEqual([]);
    expect(repair && conversationOf(repair).at(-1)).toContain(
      "- $: Expected exactly one JSON object, but the text has several that differ. Send only the final one.",
    );
  },
);
