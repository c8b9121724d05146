import { Agent, request } from "node:http";

/** Posts JSON-RPC over one kept-alive connection per slot, as fast as Node's own client can. */
export interface KeepAliveClient extends Disposable {
  post(message: object): Promise<Buffer>;
}

/** Opens an MCP session where the server wants one (it answers initialize with a session id). */
export async function openKeepAliveClient(
  url: string,
  bearerToken: string,
  connections = 1,
): Promise<KeepAliveClient> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers: Record<string, string> = {
    Authorization: `Bearer ${bearerToken}`,
    "Content-Type": "application/json",
    Accept: "application/json, text/event-stream",
  };
  const post = (message: object): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(message);
      const outgoing = request(
        url,
        {
          agent,
          method: "POST",
          headers: { ...headers, "Content-Length": Buffer.byteLength(body) },
        },
        (response) => {
          const session = response.headers["mcp-session-id"];
          if (typeof session === "string") headers["Mcp-Session-Id"] = session;
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => resolve(Buffer.concat(chunks)));
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  await post({
    jsonrpc: "2.0",
    id: "initialize",
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1.0.0" },
    },
  });
  return { post, [Symbol.dispose]: () => agent.destroy() };
}

let id = 0;

/** A `tools/call` under an id of its own. */
export function callMessage(name: string, input: object = {}): object {
  id += 1;
  return { jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: input } };
}
