import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";

/** A connection to an MCP server that can say how the server ended. */
export interface ServerLink extends Transport {
  /** The end that nobody asked for, as the rest of a sentence about the server; undefined without one. */
  readonly end: string | undefined;
}
