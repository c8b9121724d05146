import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";

type Execute = BridgedTool["execute"];

/**
 * The same tools with another `execute`. Each is a plain object that a bridge may copy; what it holds is read
 * from the tool itself, which may be an instance of a class.
 *
 * @param wrap Gets the tool's own `execute`, bound to it.
 */
export function wrapTools(
  toolSet: ToolSet,
  wrap: (execute: Execute, tool: BridgedTool, alias: string) => Execute,
): ToolSet {
  return Object.fromEntries(
    Object.entries(toolSet).map(([alias, tool]) => {
      const execute: Execute = (input, context) => tool.execute(input, context);
      return [alias, { ...tool, ...describe(tool), execute: wrap(execute, tool, alias) }];
    }),
  );
}

/** Own, inherited and computed properties alike. */
function describe(tool: BridgedTool): Omit<BridgedTool, "execute"> {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const { timeoutMs, concurrency, paged } = tool;
  return {
    name,
    description,
    inputSchema,
    ...(title !== undefined && { title }),
    ...(outputSchema !== undefined && { outputSchema }),
    ...(annotations !== undefined && { annotations }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(concurrency !== undefined && { concurrency }),
    ...(paged !== undefined && { paged }),
  };
}
