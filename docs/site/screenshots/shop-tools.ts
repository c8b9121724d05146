import { defineTool } from "@ktx/mcp-bridge";
import { z } from "zod";
import { openOrders } from "../../../examples/database-agent/orders-database.ts";

const orders = openOrders();

/** The tools of the recorded run. */
export const tools = [
  defineTool({
    name: "query_orders",
    description: "Runs one SELECT on orders(id, customer, euros, returned). Returns rows as JSON.",
    inputSchema: z.object({ sql: z.string() }),
    annotations: { readOnlyHint: true },
    execute: ({ sql }) => orders.prepare(sql).all(),
  }),
];
