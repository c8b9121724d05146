import { type ResolvedTool, ToolBridgeError } from "@ktx/mcp-bridge";

/**
 * The name under which Codex shows a tool to the model: a dash becomes `_`, all else stays (measured with
 * 0.163.0; longer names and other characters are refused by `resolveToolSet`).
 */
export function codexToolName(name: string): string {
  return name.replaceAll("-", "_");
}

/**
 * Checks that Codex tells the tools apart. It would add a hash to the names of two that become one, so that
 * the model is shown names that nobody gave.
 *
 * @throws {ToolBridgeError} with code `duplicate-tool-name`.
 */
export function checkCodexNames(tools: readonly ResolvedTool[]): void {
  const earlier = new Map<string, string>();
  for (const { alias, tool } of tools) {
    const shown = codexToolName(tool.name);
    const other = earlier.get(shown);
    if (other !== undefined)
      throw new ToolBridgeError(
        "duplicate-tool-name",
        `Tool "${alias}": expected a name that stays its own when Codex replaces "-" by "_", got "${tool.name}", ` +
          `which becomes "${shown}" like the "${other}" of another tool. Rename one of the two.`,
      );
    earlier.set(shown, tool.name);
  }
}
