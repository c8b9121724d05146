import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  request as sendRequest,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { accountsPath, type DeviceLogin, openDeviceLogin } from "./openai-login.ts";
import { makeTestCertificate } from "./test-certificate.ts";

export interface OpenAiStandIn extends AsyncDisposable {
  /** The variables with which Codex takes the stand-in for OpenAI's services. */
  readonly env: Readonly<Record<string, string>>;
  readonly login: DeviceLogin;
}

const [api, auth, chatgpt] = ["api.openai.com", "auth.openai.com", "chatgpt.com"] as const;

/**
 * Answers for OpenAI's services, by a proxy and a certificate of its own: the login itself, and the models with a
 * stand-in on loopback. Every other host is refused.
 *
 * @param folder a place for the file of the certificate's authority.
 * @param baseUrl that of the stand-in model.
 */
export async function startOpenAiStandIn(folder: string, baseUrl: string): Promise<OpenAiStandIn> {
  const { authority, key, cert } = makeTestCertificate([api, auth, chatgpt]);
  const authorityFile = join(folder, "authority.pem");
  await writeFile(authorityFile, authority);
  const login = openDeviceLogin();
  const service = createTlsServer({ key, cert }, (incoming, outgoing) => {
    const { host } = incoming.headers;
    if (host === auth || incoming.url === accountsPath) login.answer(incoming, outgoing);
    else forward(incoming, outgoing, new URL(baseUrl));
  });
  // Codex begins with a WebSocket, and goes on without one where it is refused.
  service.on("upgrade", (_, socket) =>
    socket.end("HTTP/1.1 426 Upgrade Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
  );
  const proxy = createServer();
  const port = await listen(service);
  proxy.on("connect", ({ url }, client) => {
    if (![api, auth, chatgpt].some((host) => url === `${host}:443`)) {
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
    env: { HTTPS_PROXY: proxyUrl, SSL_CERT_FILE: authorityFile },
    login,
    [Symbol.asyncDispose]: async () => {
      for (const server of [proxy, service]) {
        server.closeAllConnections();
        await promisify(server.close.bind(server))();
      }
    },
  };
}

/** The model of ChatGPT has another path than that of a key. */
function forward(incoming: IncomingMessage, outgoing: ServerResponse, model: URL): void {
  const { method, headers, url = "/" } = incoming;
  const path = url.replace(/^\/backend-api\/codex(?=\/responses\b)/, "/v1");
  const forwarded = sendRequest({ host: model.hostname, port: model.port, method, headers, path });
  forwarded.once("response", (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.once("error", () => outgoing.destroy());
  incoming.pipe(forwarded);
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
