import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import type { ToolServers } from "./tools/tool-server.ts";

/** The options that the threads of ktx's own transports share. */
export interface OwnTransportOptions extends ToolServers {
  readonly endpoint?: ResponsesEndpoint;
  /**
   * The way in which the app-server calls the thread's tools. `mcp`: over the loopback server, in parallel where the
   * tools allow it; Codex adds its three readers of MCP resources. `dynamic`: over its own pipe, one call at a time; the
   * model sees exactly these tools. Exec supports only `mcp`. @default "mcp"
   */
  readonly toolTransport?: "mcp" | "dynamic";
  /** Further Codex configuration of each thread (`config.toml` keys as nested objects). @default none */
  readonly settings?: Readonly<Record<string, unknown>>;
}
