import type { BridgedTool } from "@ktx/mcp-bridge";

/**
 * A tool as a plain object that can be changed or copied. A tool may be an instance of a class: inherited and computed
 * properties are read from the tool itself, and its methods stay bound to it.
 */
export function copyTool(tool: BridgedTool): BridgedTool {
  const described = Object.entries(readers).flatMap(([key, read]) => {
    const value = read(tool);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    ...tool,
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema,
    ...Object.fromEntries(described),
    execute: (input, context) => tool.execute(input, context),
  };
}

/** Each property that a tool may have; the compiler asks for a new one here. */
const readers = {
  name: (tool) => tool.name,
  title: (tool) => tool.title,
  description: (tool) => tool.description,
  inputSchema: (tool) => tool.inputSchema,
  foreignInputSchema: (tool) => tool.foreignInputSchema,
  inputJsonSchema: (tool) => tool.inputJsonSchema,
  decodeInput: (tool) => tool.decodeInput?.bind(tool),
  outputSchema: (tool) => tool.outputSchema,
  annotations: (tool) => tool.annotations,
  timeoutMs: (tool) => tool.timeoutMs,
  keepsAlive: (tool) => tool.keepsAlive,
  concurrency: (tool) => tool.concurrency,
  paged: (tool) => tool.paged,
  approve: (tool) => tool.approve?.bind(tool),
} satisfies Record<Exclude<keyof BridgedTool, "execute">, (tool: BridgedTool) => unknown>;
