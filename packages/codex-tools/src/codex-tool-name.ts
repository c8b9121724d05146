import { type ResolvedTool, resolveToolSet, ToolBridgeError, type ToolSet } from "@ktx/mcp-bridge";

/**
 * The name under which Codex shows a tool to the model: each dash becomes `_`, the rest stays (measured on 0.163.0;
 * `resolveToolSet` refuses longer names and other characters).
 */
export function codexToolName(name: string): string {
  return name.replaceAll("-", "_");
}

/**
 * The names under which Codex shows the tools of a set, in their order.
 *
 * @throws {ToolBridgeError} for tools that cannot be offered, such as two whose names become the same.
 */
export function codexToolNames(toolSet: ToolSet): readonly string[] {
  const tools = resolveToolSet(toolSet);
  checkCodexNames(tools);
  return tools.map(({ tool }) => codexToolName(tool.name));
}

/**
 * Checks that Codex keeps the names of the tools apart. It would add a hash to two names that become the same, and
 * the model would see names that nobody chose.
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
        `Tool "${alias}": expected a name that stays unique when Codex replaces each "-" by "_", ` +
          `got "${tool.name}", which becomes "${shown}" like "${other.tool.name}" of tool "${other.alias}". ` +
          "Rename one of the two.",
      );
    earlier.set(shown, resolved);
  }
}
