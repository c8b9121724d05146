import { reply, text, toolCall } from "@ktx/codex-sim";
import { type BridgedTool, defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { namespace, onEachToolTransport } from "./scene.ts";

const half = "Report 😀".slice(0, 8);
const mended = "Report \uFFFD";

/** What a tool returns, and what the model is shown of it. */
const outputs: Readonly<Record<string, readonly [output: unknown, shown: string]>> = {
  text: [half, mended],
  object: [{ title: half }, `{"title":"${mended}"}`],
  key: [{ [half]: 1 }, `{"${mended}":1}`],
  markdown: [{ markdown: half, structured: [half] }, mended],
  block: [{ content: [{ type: "text", text: half }] }, mended],
  result: [{ content: [{ type: "text", text: "no such page" }], isError: true }, "no such page"],
  structure: [{ content: [], structuredContent: { n: half } }, `{"n":"${mended}"}`],
  map: [{ rows: [{ when: new Map() }] }, "$.rows[0].when is a Map"],
  promise: [{ rows: [Promise.resolve("late")] }, "$.rows[0] is a promise"],
  deepest: [nested(99), `${'{"a":'.repeat(99)}{}`],
  deeper: [nested(200), "levels deep"],
};

function nested(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level += 1) value = { a: value };
  return value;
}

function toolReturning(name: string, output: unknown): BridgedTool {
  return defineTool({
    name,
    description: `Returns the ${name}. ${half}`,
    inputSchema: z.object({ why: z.string().describe(half).optional() }),
    annotations: { readOnlyHint: true, title: half },
    execute: (_, { log, progress }) => {
      log("info", half);
      progress({ progress: 1, message: half });
      return output;
    },
  });
}

const throwing: BridgedTool = {
  ...toolReturning("throwing", undefined),
  execute: () => {
    throw new Error(half);
  },
};

onEachToolTransport("the results of tools", ({ startScene }) => {
  test("Codex is shown each result of a tool, or why it has none, in well-formed Unicode", async () => {
    const toolSet: ToolSet = {
      ...Object.fromEntries(
        Object.entries(outputs).map(([name, [output]]) => [name, toolReturning(name, output)]),
      ),
      throwing,
    };
    const shown: typeof outputs = { ...outputs, throwing: [undefined, mended] };
    const names = Object.keys(shown);
    await using scene = await startScene([
      reply(names.map((name) => toolCall(name, {}, { namespace }))),
      reply([text("done")]),
    ]);

    await scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet,
      stepBudget: 100,
    });

    const [first, last] = [scene.sim.requests[0], scene.sim.requests.at(-1)];
    expect(JSON.stringify(first?.body)).toContain(`Returns the text. ${mended}`);
    expect(last?.toolOutputs.map(({ output }) => output)).toEqual(
      names.map((name) => expect.stringContaining(String(shown[name]?.[1]))),
    );
  });
});
