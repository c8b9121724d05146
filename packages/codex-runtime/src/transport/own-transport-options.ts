import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import type { ToolServers } from "./tools/tool-server.ts";

/** What the threads of ktx's own transports have in common. */
export interface OwnTransportOptions extends ToolServers {
  readonly endpoint?: ResponsesEndpoint;
  /**
   * How the app-server calls the thread's tools. `mcp`: over the loopback server, side by side where the tools
   * allow it, with Codex's three readers of MCP resources beside them. `dynamic`: over its own pipe, one at a
   * time, and the model is shown exactly these tools. Exec has `mcp` alone. @default "mcp"
   */
  readonly toolTransport?: "mcp" | "dynamic";
  /** Further Codex configuration of each thread (`config.toml` keys as nested objects). @default none */
  readonly settings?: Readonly<Record<string, unknown>>;
}
