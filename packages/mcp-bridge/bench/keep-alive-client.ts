import { once } from "node:events";
import { connect, type Socket } from "node:net";

/**
 * Posts JSON-RPC over kept-alive connections, each with one request at a time. It writes HTTP by itself, because
 * Node's own client costs more than the servers that are compared here.
 */
export interface KeepAliveClient extends Disposable {
  /** Resolves with the bytes of the whole answer, head included. */
  post(message: object): Promise<number>;
}

/** Connects and initializes; keeps to the session when the server opens one. */
export async function openKeepAliveClient(
  url: string,
  bearerToken: string,
  connections = 1,
): Promise<KeepAliveClient> {
  const { hostname, port, pathname } = new URL(url);
  const idle: Socket[] = [];
  for (let index = 0; index < connections; index += 1) {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    idle.push(socket);
  }
  const sockets = [...idle];
  let head =
    `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${bearerToken}\r\n` +
    "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
  const exchange = async (message: object): Promise<Buffer> => {
    const socket = idle.pop();
    if (socket === undefined) throw new Error("More requests at once than connections.");
    const body = JSON.stringify(message);
    socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    const answer = await readAnswer(socket);
    idle.push(socket);
    return answer;
  };
  const initialized = await exchange(initialize);
  const session = /^mcp-session-id: (.+)$/im.exec(initialized.toString("latin1"))?.[1];
  if (session !== undefined) head += `Mcp-Session-Id: ${session.trim()}\r\n`;
  return {
    post: async (message) => (await exchange(message)).length,
    [Symbol.dispose]: () => sockets.forEach((socket) => socket.destroy()),
  };
}

/** A `tools/call` under an id of its own. */
export function callMessage(name: string, input: object = {}): object {
  lastId += 1;
  return { jsonrpc: "2.0", id: lastId, method: "tools/call", params: { name, arguments: input } };
}

let lastId = 0;

const initialize = {
  jsonrpc: "2.0",
  id: "initialize",
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "1.0.0" },
  },
};

/** Reads one answer, by its length or by its chunks, and fails when it is no success. */
function readAnswer(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let expected: number | "chunked" | undefined;
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      expected ??= expectedLength(chunk);
      const ended =
        expected === "chunked" ? chunk.subarray(-5).equals(lastChunk) : bytes === expected;
      if (!ended) return;
      socket.off("data", onData);
      const answer = Buffer.concat(chunks, bytes);
      if (answer.subarray(9, 12).toString() === "200") resolve(answer);
      else reject(new Error(`Expected 200, got ${answer.toString("latin1")}`));
    };
    socket.on("data", onData);
  });
}

const lastChunk = Buffer.from("0\r\n\r\n");

/** The servers compared here send their head in one piece. */
function expectedLength(firstChunk: Buffer): number | "chunked" {
  const head = firstChunk.subarray(0, firstChunk.indexOf("\r\n\r\n") + 4).toString("latin1");
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return length === undefined ? "chunked" : head.length + Number(length);
}
