import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { ToolBridgeHandle } from "../../src/index.ts";

/** Stands in front of a bridge for a client that cannot send a token. Only for tests: it lets everybody in. */
export interface TokenProxy extends AsyncDisposable {
  readonly url: string;
}

/** Adds the token; where a header names the proxy's own port, names the bridge's instead; changes nothing else. */
export async function startTokenProxy(bridge: ToolBridgeHandle): Promise<TokenProxy> {
  const target = new URL(bridge.url);
  const server = createServer((request, response) => {
    const toTarget = (value: string | undefined): string | undefined =>
      value?.replace(`:${portOf()}`, `:${target.port}`);
    const headers = {
      ...request.headers,
      host: toTarget(request.headers.host),
      ...(request.headers.origin !== undefined && { origin: toTarget(request.headers.origin) }),
      authorization: `Bearer ${bridge.bearerToken}`,
    };
    const outgoing = forward(
      {
        host: target.hostname,
        port: target.port,
        path: request.url,
        method: request.method,
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    request.pipe(outgoing);
  });
  const portOf = (): number => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf()}${target.pathname}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
