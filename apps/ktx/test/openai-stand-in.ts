import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, request as sendRequest } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

export interface OpenAiStandIn extends AsyncDisposable {
  /** The variables with which Codex takes the stand-in for OpenAI's service. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Answers for api.openai.com, by a proxy and a certificate of its own, with a stand-in model on loopback. Every other
 * host is refused.
 *
 * @param folder an empty one, for the certificate, which `openssl` makes.
 * @param baseUrl that of the stand-in model.
 */
export async function startOpenAiStandIn(folder: string, baseUrl: string): Promise<OpenAiStandIn> {
  const { authority, key, cert } = await makeCertificate(folder);
  const model = new URL(baseUrl);
  const service = createTlsServer({ key, cert }, (incoming, outgoing) => {
    const { method, headers, url: path = "/" } = incoming;
    const forwarded = sendRequest({
      host: model.hostname,
      port: model.port,
      method,
      headers,
      path,
    });
    forwarded.once("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.once("error", () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  // Codex begins with a WebSocket, and goes on without one where it is refused.
  service.on("upgrade", (_, socket) =>
    socket.end("HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
  );
  const proxy = createServer();
  const port = await listen(service);
  proxy.on("connect", ({ url }, client) => {
    if (url !== `${host}:443`) {
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const tunnel = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      client.pipe(tunnel).pipe(client);
    });
    for (const end of [client, tunnel])
      end.on("error", () => [client, tunnel].map((one) => one.destroy()));
  });
  const proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
  return {
    env: { HTTPS_PROXY: proxyUrl, SSL_CERT_FILE: authority },
    [Symbol.asyncDispose]: async () => {
      for (const server of [proxy, service]) {
        server.closeAllConnections();
        await promisify(server.close.bind(server))();
      }
    },
  };
}

const host = "api.openai.com";

/** A certificate of the host, and the file of the authority that signed it: Codex takes no authority for a host. */
async function makeCertificate(
  folder: string,
): Promise<{ readonly authority: string; readonly key: Buffer; readonly cert: Buffer }> {
  const [authority, authorityKey, certFile, keyFile] = ["ca", "ca-key", "host", "host-key"].map(
    (name) => join(folder, `${name}.pem`),
  );
  if (!authority || !authorityKey || !certFile || !keyFile) throw new Error("no file names");
  const request = "req -x509 -newkey rsa:2048 -nodes -days 2".split(" ");
  const openssl = (...args: readonly (readonly string[])[]): Promise<unknown> =>
    promisify(execFile)("openssl", [...request, ...args.flat()]);
  await openssl(["-subj", "/CN=test", "-keyout", authorityKey, "-out", authority]);
  await openssl(
    ["-CA", authority, "-CAkey", authorityKey, "-subj", `/CN=${host}`],
    ["-addext", `subjectAltName=DNS:${host}`, "-addext", "basicConstraints=critical,CA:FALSE"],
    ["-keyout", keyFile, "-out", certFile],
  );
  return { authority, key: await readFile(keyFile), cert: await readFile(certFile) };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
