import { type ResolvedTool, resolveToolSet, ToolBridgeError, type ToolSet } from "@ktx/mcp-bridge";

/**
 * The name under which Codex shows a tool to the model: a dash becomes `_`, all else stays (measured with
 * 0.163.0; longer names and other characters are refused by `resolveToolSet`).
 */
export function codexToolName(name: string): string {
  return name.replaceAll("-", "_");
}

/**
 * The names under which Codex shows the tools of a set, in their order.
 *
 * @throws {ToolBridgeError} for tools that cannot be offered, such as two whose names become one.
 */
export function codexToolNames(toolSet: ToolSet): readonly string[] {
  const tools = resolveToolSet(toolSet);
  checkCodexNames(tools);
  return tools.map(({ tool }) => codexToolName(tool.name));
}

/**
 * Checks that Codex tells the tools apart. It would add a hash to the names of two that become one, so that
 * the model is shown names that nobody gave.
 *
 * @throws {ToolBridgeError} with code `duplicate-tool-name`.
 */
export function checkCodexNames(tools: readonly ResolvedTool[]): void {
  const earlier = new Map<string, ResolvedTool>();
  for (const resolved of tools) {
    const { alias, tool } = resolved;
    const shown = codexToolName(tool.name);
    const other = earlier.get(shown);
    if (other !== undefined)
      throw new ToolBridgeError(
        "duplicate-tool-name",
        `Tool "${alias}": expected a name that Codex can tell from the others, which it shows with "_" for each "-", ` +
          `got "${tool.name}", which it shows as "${shown}" like "${other.tool.name}" of tool "${other.alias}". ` +
          "Rename one of the two.",
      );
    earlier.set(shown, resolved);
  }
}
