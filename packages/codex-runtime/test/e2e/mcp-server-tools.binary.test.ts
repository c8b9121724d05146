import { join } from "node:path";
import { reply, text, toolCall } from "@ktx/codex-sim";
import { connectMcpTools } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { namespace, onEachToolTransport } from "./scene.ts";
import { shownTools } from "./shown-tools.ts";
import { tools } from "./tools.ts";

const program = join(import.meta.dirname, "../../../mcp-bridge/test/programs/foreign-server.ts");
const server = { command: process.execPath, args: [program] };
const call = (tool: string, input: Record<string, unknown>) => toolCall(tool, input, { namespace });
const done = reply([text("done")]);

onEachToolTransport("the tools of an MCP server", ({ startScene }) => {
  test("are shown to the model beside the run's own, with the limits of their JSON Schema, and called", async () => {
    await using scene = await startScene([
      reply([call("docs_read_file", { path: "a.md" })]),
      reply([call("add", { a: 1, b: 2 })]),
      done,
    ]);
    await using docs = await connectMcpTools(server, { prefix: "docs_", only: ["read.file"] });
    const run = await scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: { ...tools, ...docs.toolSet },
      stepBudget: 10,
    });
    expect(run).toMatchObject({
      stopReason: "natural",
      toolCalls: [{ tool: "docs_read_file", status: "completed" }, { tool: "add" }],
    });
    const shown = shownTools(scene.sim.requests[0]);
    expect([...shown.keys()].toSorted()).toEqual(["add", "docs_read_file", "fail"]);
    expect(shown.get("docs_read_file")).toMatchObject({
      description: "Reads a file.",
      parameters: {
        properties: {
          path: { description: "Its path. At least 1 character." },
          lines: { type: "integer", description: "At least 1. Default: 5." },
        },
        required: ["path"],
      },
    });
    expect(scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output)).toEqual([
      expect.stringContaining("The text of a.md."),
      expect.stringContaining("The sum is 3."),
    ]);
  });

  test("fail with the server's end, which the model reads and recovers from", async () => {
    await using scene = await startScene([reply([call("crash", {})]), done]);
    await using foreign = await connectMcpTools(server, { name: "foreign" });
    const run = await scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet: foreign.toolSet,
      stepBudget: 10,
    });
    const reason = 'The MCP server "foreign" has ended (exit code 3)';
    expect(run).toMatchObject({
      stopReason: "natural",
      toolFailures: [{ tool: "crash", message: expect.stringContaining(reason) }],
    });
    expect(JSON.stringify(scene.sim.requests[1]?.toolOutputs)).toContain("has ended (exit code 3)");
  });
});
