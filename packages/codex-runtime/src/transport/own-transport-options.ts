import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import type { ToolServers } from "./tools/tool-server.ts";

/** What the threads of ktx's own transports have in common. */
export interface OwnTransportOptions extends ToolServers {
  readonly endpoint?: ResponsesEndpoint;
  /** Further Codex configuration of each thread (`config.toml` keys as nested objects). @default none */
  readonly settings?: Readonly<Record<string, unknown>>;
}
