import { basename } from "node:path";
import { describeValue, ToolBridgeError } from "../bridge-error.ts";
import type { McpServer } from "./mcp-server.ts";

/**
 * The name of a server in errors: its program, or its host. Its arguments and the rest of its address may hold secrets.
 *
 * @throws {ToolBridgeError} `invalid-mcp-server`.
 */
export function serverName(server: McpServer): string {
  if (typeof server !== "object" || server === null || !("url" in server || "command" in server))
    throw refuseServer("`command` or `url`", describeValue(server));
  if ("command" in server) {
    if (typeof server.command !== "string" || server.command.trim() === "")
      throw refuseServer("`command` to be a program", describeValue(server.command));
    return basename(server.command);
  }
  const url = URL.parse(String(server.url));
  if (url === null || !/^https?:$/.test(url.protocol))
    throw refuseServer("`url` to be an http or https URL", "another value");
  if (url.username !== "" || url.password !== "")
    throw refuseServer(
      "`url` to have no user and no password",
      "one with them",
      "Put them in `headers`.",
    );
  return url.host;
}

function refuseServer(expected: string, received: string, fix?: string): ToolBridgeError {
  return new ToolBridgeError(
    "invalid-mcp-server",
    `MCP server: expected ${expected}, got ${received}. ` +
      (fix ?? "Give `{ command, args }` for a program, or `{ url, headers }` for Streamable HTTP."),
  );
}
