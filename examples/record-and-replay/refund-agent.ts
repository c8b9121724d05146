import type { LlmRuntime } from "@ktx/codex-runtime";
import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";

const rules: Readonly<Record<string, number>> = { shop: 30, "e-mail": 14 };

/** The subject of the tests: an agent of yours, which takes its runtime as an argument. */
export async function refundWindow(
  runtime: LlmRuntime<"default">,
  channel: string,
): Promise<number> {
  const { days } = await runtime.generateObject({
    role: "default",
    system: "You look the rule up before you answer.",
    prompt: `How many days has a customer of the channel "${channel}" for a refund?`,
    schema: z.object({ days: z.int().positive() }),
    tools: {
      lookUp: defineTool({
        name: "rule_look_up",
        description: "Gives the days for a refund of a channel.",
        inputSchema: z.object({ channel: z.string() }),
        execute: ({ channel: name }) => ({ days: rules[name] ?? null }),
      }),
    },
  });
  return days;
}
