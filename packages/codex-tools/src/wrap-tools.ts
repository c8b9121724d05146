import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";
import { copyTool } from "./copy-tool.ts";

type Execute = BridgedTool["execute"];

/**
 * The same tools with another `execute`.
 *
 * @param wrap Receives the tool's own `execute`, bound to it.
 */
export function wrapTools(
  toolSet: ToolSet,
  wrap: (execute: Execute, tool: BridgedTool, alias: string) => Execute,
): ToolSet {
  return Object.fromEntries(
    Object.entries(toolSet).map(([alias, tool]) => {
      const copy = copyTool(tool);
      return [alias, { ...copy, execute: wrap(copy.execute, tool, alias) }];
    }),
  );
}
