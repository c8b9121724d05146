import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";
import { openOrders } from "./orders-database.ts";

const orders = openOrders();
const query = defineTool({
  name: "query_orders",
  description:
    "Runs one SELECT on orders(id, customer, euros, returned). Returns the first 50 rows as JSON.",
  inputSchema: z.object({ sql: z.string() }),
  annotations: { readOnlyHint: true },
  execute: ({ sql }) => orders.prepare(sql).all().slice(0, 50),
});

// The model misspells a column, reads the database's error, and corrects its statement.
const statement =
  "select customer, sum(euros) as total from orders where returned = 0 group by 1 order by 2 desc";
const sim = await startCodexSim({
  script: answering((told) => {
    if (told === undefined)
      return [toolCall("query_orders", { sql: statement.replace("euros", "euro") })];
    if (told.includes("no such column")) return [toolCall("query_orders", { sql: statement })];
    return "Ada, with 165.50 euros in two orders that she kept.";
  }),
});

const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
});
try {
  const run = await runtime.runAgentLoop({
    modelRole: "default",
    systemPrompt: "You answer questions about the shop from its database.",
    userPrompt: "Who is our best customer?",
    toolSet: { query },
    stepBudget: 8,
  });
  for (const { tool, status, error } of run.toolCalls)
    console.log(`${tool} ${status}${error === undefined ? "" : `: ${error}`}`);
  console.log(`${run.stopReason}: ${run.text}`);
} finally {
  await runtime[Symbol.asyncDispose]();
  await sim.close();
  orders.close();
}
