import { reply, text, toolCall } from "@ktx/codex-sim";
import { type BridgedTool, defineTool, type ToolSet } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { offeredShapes } from "../../../codex-tools/test/offered-shapes.ts";
import { namespace, onEachToolTransport, type Stage } from "./scene.ts";
import { type ShownTool, shownTools } from "./shown-tools.ts";

/** A tool that keeps what it was called with. */
function keepingTool<Input extends z.ZodObject>(
  inputSchema: Input,
): { readonly tool: BridgedTool<z.output<Input>>; readonly inputs: unknown[] } {
  const inputs: unknown[] = [];
  const tool = defineTool({
    name: "find",
    description: "Finds things.",
    inputSchema,
    execute: (input) => {
      inputs.push(input);
      return "found";
    },
  });
  return { tool, inputs };
}

/** Calls the tool `find` with each of these in turn; gives what the model was shown of it, and its results. */
async function callEach(
  toolSet: ToolSet,
  calls: readonly Readonly<Record<string, unknown>>[],
  startScene: Stage["startScene"],
): Promise<{ readonly shown: ShownTool | undefined; readonly outputs: readonly string[] }> {
  const replies = calls.map((input) => reply([toolCall("find", input, { namespace })]));
  await using scene = await startScene([...replies, reply([text("done")])]);
  await scene.runtime.runAgentLoop({
    modelRole: "default",
    systemPrompt: "",
    userPrompt: "Work.",
    toolSet,
    stepBudget: 20,
  });
  return {
    shown: shownTools(scene.sim.requests[0]).get("find"),
    outputs: scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output) ?? [],
  };
}

onEachToolTransport("a tool", ({ startScene }) => {
  test("ranges, defaults, a tuple and a record are shown whole and called as they are shown", async () => {
    const { tool, inputs } = keepingTool(
      z.object({
        limit: z.int().min(1).max(50).default(10).describe("How many"),
        query: z.string().min(2).max(80),
        near: z.tuple([z.number().min(-90).max(90), z.number().describe("Longitude")]),
        weights: z.record(z.string().regex(/^[a-z]+$/), z.number().positive()),
        sort: z.literal(["name", 1, null]).optional(),
      }),
    );

    const { shown } = await callEach(
      { tool },
      [
        { query: "shop", near: { 0: 52.5, 1: 13.4 }, weights: { price: 2 } },
        { query: "bar", near: [1, 2], weights: {}, limit: 50, sort: 1 },
      ],
      startScene,
    );

    expect(shown).toMatchObject({
      description: "Finds things.",
      parameters: {
        type: "object",
        properties: {
          limit: { type: "integer", description: "How many. Between 1 and 50. Default: 10." },
          query: { type: "string", description: "Between 2 and 80 characters." },
          near: {
            type: "object",
            properties: {
              0: { type: "number", description: "Between -90 and 90." },
              1: { type: "number", description: "Longitude" },
            },
            required: ["0", "1"],
            additionalProperties: false,
          },
          weights: {
            type: "object",
            properties: {},
            additionalProperties: { type: "number", description: "More than 0." },
            description: "Each key: Matches /^[a-z]+$/.",
          },
          sort: {
            anyOf: [
              { type: "string", enum: ["name"] },
              { type: "number", enum: [1] },
              { type: "null" },
            ],
          },
        },
        required: ["query", "near", "weights"],
      },
    });
    expect(inputs).toEqual([
      { limit: 10, query: "shop", near: [52.5, 13.4], weights: { price: 2 } },
      { limit: 50, query: "bar", near: [1, 2], weights: {}, sort: 1 },
    ]);
  });

  test("whatever the shape, the model is shown what is offered, unchanged", async () => {
    const tools = offeredShapes.map(([, schema], index): [string, BridgedTool] => [
      `tool_${index}`,
      {
        ...keepingTool(z.object({ value: schema })).tool,
        name: `tool_${index}`,
      },
    ]);
    await using scene = await startScene([reply([text("done")])]);
    await scene.runtime.generateText({
      role: "default",
      prompt: "Work.",
      tools: Object.fromEntries(tools),
    });
    const shown = shownTools(scene.sim.requests[0]);

    const values = offeredShapes.map(([shape], index) => {
      const { properties } = shown.get(`tool_${index}`)?.parameters ?? {};
      return [shape, Object(properties).value];
    });
    expect(values).toEqual(offeredShapes.map(([shape, , offered]) => [shape, offered]));
  });

  test("tuples are decoded wherever they are: in lists, records, unions, recursion, another tuple", async () => {
    const point = z.tuple([z.number(), z.number()]);
    const area = z.object({
      name: z.string(),
      corners: z.array(point),
      get parts() {
        return z.array(area).optional();
      },
    });
    const { tool, inputs } = keepingTool(
      z.object({
        places: z.record(z.string(), point),
        shape: z.discriminatedUnion("kind", [
          z.object({ kind: z.literal("names"), at: z.record(z.string(), z.number()) }),
          z.object({ kind: z.literal("point"), at: point }),
        ]),
        area,
        line: z.tuple([point, point]).rest(point),
        either: z.union([z.string(), point]),
        maybe: z.tuple([z.string(), z.number().optional()]).nullable(),
      }),
    );
    const [written, read] = [{ 0: 1, 1: 2 }, [1, 2]];

    await callEach(
      { tool },
      [
        {
          places: { home: written },
          shape: { kind: "point", at: written },
          area: { name: "a", corners: [written], parts: [{ name: "b", corners: [written] }] },
          line: { 0: written, 1: written, rest: [written] },
          either: written,
          maybe: { 0: "x" },
        },
        {
          places: {},
          shape: { kind: "names", at: { 0: 1, 1: 2 } },
          area: { name: "a", corners: [] },
          line: { 0: written, 1: written },
          either: "x",
          maybe: null,
        },
      ],
      startScene,
    );

    expect(inputs).toEqual([
      {
        places: { home: read },
        shape: { kind: "point", at: read },
        area: { name: "a", corners: [read], parts: [{ name: "b", corners: [read] }] },
        line: [read, read, read],
        either: read,
        maybe: ["x"],
      },
      {
        places: {},
        shape: { kind: "names", at: { 0: 1, 1: 2 } },
        area: { name: "a", corners: [] },
        line: [read, read],
        either: "x",
        maybe: null,
      },
    ]);
  });

  test("what a tuple refuses goes back to the model as for a list", async () => {
    const { tool, inputs } = keepingTool(z.object({ range: z.tuple([z.number(), z.number()]) }));

    const { outputs } = await callEach(
      { tool },
      [{ range: { 0: 1, 1: "x" } }, { range: { 0: 1 } }, { range: { 0: 1, 1: 2, 2: 3 } }],
      startScene,
    );

    expect(inputs).toEqual([]);
    expect(outputs).toEqual([
      expect.stringContaining("at range[1]"),
      expect.stringContaining("at range"),
      expect.stringContaining("at range"),
    ]);
  });

  test("a schema that Codex would cut is in the tool's description, whole", async () => {
    const fields = Array.from({ length: 80 }, (_, index) => [
      `field_${index}`,
      z.int().min(index).describe(`The field number ${index} of the form`).optional(),
    ]);
    const { tool, inputs } = keepingTool(z.object(Object.fromEntries(fields)));

    const { shown } = await callEach({ tool }, [{ field_79: 80 }], startScene);

    expect(inputs).toEqual([{ field_79: 80 }]);
    expect(JSON.stringify(shown?.parameters)).not.toContain("description");
    expect(shown?.description).toMatch(/^Finds things\.\n\nThe arguments follow this JSON Schema:/);
    expect(shown?.description).toContain("The field number 79 of the form. At least 79.");
  });

  test("a lean tool costs the model no byte more than its notes", async () => {
    const { tool } = keepingTool(z.object({ query: z.string(), limit: z.int().optional() }));

    const { shown } = await callEach({ tool }, [], startScene);

    expect(shown).toMatchObject({
      parameters: {
        type: "object",
        properties: { query: { type: "string" }, limit: { type: "integer" } },
        required: ["query"],
      },
    });
    expect(JSON.stringify(shown?.parameters)).toHaveLength(
      '{"type":"object","properties":{"limit":{"type":"integer"},"query":{"type":"string"}},"required":["query"]}'
        .length,
    );
  });
});
