import { reply, text, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { codexToolNames } from "../../src/index.ts";
import { codexWays } from "../isolation/codex-ways.ts";
import { startSceneOn } from "./scene.ts";

const names = [
  "wiki-read",
  "wiki_write",
  "dash--two",
  "-first",
  "last-",
  "Upper",
  "upper",
  "1digit",
  "list_mcp_resources",
  "exec_command",
  "shell-command",
  "apply_patch",
  "update_plan",
  "view_image",
  "web_search",
  "write_stdin",
  "x".repeat(54),
  `${"y".repeat(53)}-`,
];

const toolSet = Object.fromEntries(
  names.map((name) => [
    name,
    defineTool({
      name,
      description: "A tool.",
      inputSchema: z.object({}),
      execute: () => `this is ${name}`,
    }),
  ]),
);

test.each(codexWays)(
  "names are described as the model is shown them, and called by them, over $transport of $version",
  async ({ transport, codexPath }) => {
    const isServed = transport === "exec";
    const shown = codexToolNames(toolSet, isServed ? "mcp" : "dynamic");
    // Codex has a tool of this name of its own beside those of a server.
    const options = isServed ? { namespace: "mcp__ktx" } : {};
    const calls = shown.map((name) => toolCall(name, {}, options));
    await using scene = await startSceneOn(transport, [reply(calls), reply([text("done")])], {
      codexPath,
    });

    const { shown: described } = await scene.runtime.describeIsolation({ toolSet });
    const run = await scene.runtime.runAgentLoop({
      modelRole: "default",
      systemPrompt: "",
      userPrompt: "Work.",
      toolSet,
      stepBudget: 50,
    });

    expect(scene.sim.requests[0]?.tools.toSorted()).toEqual(described?.tools.toSorted());
    expect(described?.tools).toContain(isServed ? "mcp__ktx.wiki_read" : "wiki_read");
    const outputs = scene.sim.requests.at(-1)?.toolOutputs.map(({ output }) => output);
    expect(outputs).toEqual(names.map((name) => expect.stringContaining(`this is ${name}`)));
    expect(run.toolCalls.map(({ tool }) => tool).toSorted()).toEqual(names.toSorted());
  },
);
