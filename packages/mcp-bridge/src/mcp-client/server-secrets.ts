import { Redactor } from "@ktx/redact";
import type { McpServer } from "./mcp-server.ts";

/** Takes what the caller gave for the server alone out of its errors: headers, variables, the query of the address. */
export function serverRedactor(server: McpServer): Redactor {
  if (!("url" in server)) return new Redactor(Object.values(server.env ?? {}));
  const { searchParams, search } = new URL(server.url);
  const headers = Object.values(server.headers ?? {});
  // Without its scheme, such as `Bearer`, a credential is one, too.
  const credentials = headers.flatMap((value) => value.split(/\s+/));
  return new Redactor([...headers, ...credentials, search.slice(1), ...searchParams.values()]);
}
