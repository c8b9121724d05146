import { ToolBridgeError } from "../bridge-error.ts";
import { maxToolNameLength, resolveToolSet, type ToolSet } from "../tool/tool-set.ts";
import type { ListedTool } from "./list-server-tools.ts";
import type { McpConnection } from "./mcp-connection.ts";
import { serverTool } from "./server-tool.ts";

export interface ServerToolSetOptions {
  /** The server's name in errors. */
  readonly name: string;
  readonly prefix?: string;
  readonly only?: readonly string[];
  readonly timeoutMs: number;
}

/**
 * The tools of a server as a set. The aliases differ from those of any other connection, so that `{ ...one, ...other }`
 * loses no tool, and the check of the whole set finds duplicate names.
 *
 * @throws {ToolBridgeError} for names that cannot be offered, and for names in `only` that the server does not have.
 */
export function serverToolSet(
  connection: McpConnection,
  listed: readonly ListedTool[],
  { name, prefix = "", only, timeoutMs }: ServerToolSetOptions,
): ToolSet {
  checkOnly(name, listed, only);
  const taken = listed.filter((tool) => only?.includes(tool.name) ?? true);
  const suffix = `${name}#${numberOf(connection)}`;
  const aliases = new Set<string>();
  const toolSet = taken.map((tool) => {
    const shown = prefix + tool.name.replaceAll(/[^a-zA-Z0-9_-]/g, "_");
    if (shown.length > maxToolNameLength)
      throw new ToolBridgeError(
        "invalid-tool-name",
        `Tool ${JSON.stringify(tool.name)} of the MCP server "${name}": expected a name of at most ${maxToolNameLength} characters, ` +
          `got ${shown.length} with its prefix. Use a shorter prefix, or list the other tools in \`only\`.`,
      );
    const alias = aliases.has(`${shown}@${suffix}`)
      ? `${tool.name}@${suffix}`
      : `${shown}@${suffix}`;
    aliases.add(alias);
    return [alias, serverTool(connection, tool, { name: shown, timeoutMs })] as const;
  });
  const checked = Object.fromEntries(toolSet);
  resolveToolSet(checked);
  return checked;
}

function checkOnly(
  name: string,
  listed: readonly ListedTool[],
  only: readonly string[] | undefined,
): void {
  const unknown = only?.find((wanted) => !listed.some((tool) => tool.name === wanted));
  if (unknown === undefined) return;
  const names = listed.map((tool) => tool.name).join(", ");
  throw new ToolBridgeError(
    "invalid-tool-name",
    `MCP server "${name}": expected \`only\` to name tools of the server, got "${unknown}". Its tools are: ${names || "none"}.`,
  );
}

const numbers = new WeakMap<McpConnection, number>();
let connections = 0;

function numberOf(connection: McpConnection): number {
  const known = numbers.get(connection) ?? (connections += 1);
  numbers.set(connection, known);
  return known;
}
