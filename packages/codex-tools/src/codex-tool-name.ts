import { type ResolvedTool, resolveToolSet, ToolBridgeError, type ToolSet } from "@ktx/mcp-bridge";
import { ownToolsOfCodex } from "./own-tools-of-codex.ts";

/** The way in which Codex calls the tools of a run. Over MCP they are in a namespace of their own. */
export type ToolTransport = "dynamic" | "mcp";

/**
 * The name under which Codex shows a tool to the model: each dash becomes `_`, and a dynamic tool with the name of a
 * tool of Codex gets `_tool` at its end. The rest stays (measured on 0.163.0; `resolveToolSet` refuses longer names and
 * other characters).
 *
 * @param transport @default "mcp"
 */
export function codexToolName(name: string, transport: ToolTransport = "mcp"): string {
  const shown = name.replaceAll("-", "_");
  return transport === "dynamic" && ownToolsOfCodex.has(shown) ? `${shown}_tool` : shown;
}

/**
 * The names under which Codex shows the tools of a set, in their order.
 *
 * @param transport @default "mcp"
 * @throws {ToolBridgeError} for tools that cannot be offered, such as two whose names become the same.
 */
export function codexToolNames(toolSet: ToolSet, transport?: ToolTransport): readonly string[] {
  const tools = resolveToolSet(toolSet);
  checkCodexNames(tools);
  return tools.map(({ tool }) => codexToolName(tool.name, transport));
}

/**
 * Checks that Codex keeps the names of the tools apart, whichever way it calls them. It would add a hash to two names
 * that become the same, and the model would see names that nobody chose. It refuses dynamic tools with the names of
 * MCP servers (measured on 0.163.0).
 *
 * @throws {ToolBridgeError} with code `duplicate-tool-name` or `invalid-tool-name`.
 */
export function checkCodexNames(tools: readonly ResolvedTool[]): void {
  const earlier = new Map<string, ResolvedTool>();
  for (const resolved of tools) {
    const { alias, tool } = resolved;
    const shown = codexToolName(tool.name, "dynamic");
    if (/^mcp(?:$|__)/.test(shown))
      throw new ToolBridgeError(
        "invalid-tool-name",
        `Tool "${alias}": expected a name other than "mcp" that does not begin with "mcp__", which Codex keeps ` +
          `for MCP servers (each "-" is "_" there), got "${tool.name}". Rename it.`,
      );
    const other = earlier.get(shown);
    if (other !== undefined)
      throw new ToolBridgeError(
        "duplicate-tool-name",
        `Tool "${alias}": expected a name that stays unique as the model sees it (each "-" is "_" there, ` +
          'and "_tool" follows a name that Codex uses itself), ' +
          `got "${tool.name}", which becomes "${shown}" like "${other.tool.name}" of tool "${other.alias}". ` +
          "Rename one of the two.",
      );
    earlier.set(shown, resolved);
  }
}
