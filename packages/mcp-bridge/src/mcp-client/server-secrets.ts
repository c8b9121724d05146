import { Redactor } from "@ktx/redact";
import type { McpServer } from "./mcp-server.ts";

/** Removes the caller's values for the server from its errors: headers, variables, the query of the address. */
export function serverRedactor(server: McpServer): Redactor {
  if (!("url" in server)) return new Redactor(Object.values(server.env ?? {}));
  const { searchParams, search } = new URL(server.url);
  const headers = Object.values(server.headers ?? {});
  // The part after the scheme, such as `Bearer`, is a secret, too.
  const credentials = headers.flatMap((value) => value.split(/\s+/));
  return new Redactor([...headers, ...credentials, search.slice(1), ...searchParams.values()]);
}
