import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** A connection to an MCP server that can say how the server ended. */
export interface ServerLink extends Transport {
  /** An unexpected end, as the predicate of a sentence about the server; undefined without one. */
  readonly end: string | undefined;
}
