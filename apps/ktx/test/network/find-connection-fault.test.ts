import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { readTlsError } from "../../src/network/tls-problem.ts";
import { makeTestCertificate } from "../test-certificate.ts";
import { describeConnection, describeService } from "../../src/network/describe-connection.ts";
import { findConnectionFault } from "../../src/network/find-connection-fault.ts";
import { nextStep } from "../../src/advice/next-step.ts";
import { probeEndpoint } from "../../src/setup/probe-endpoint.ts";
import { proxyFor } from "../../src/network/proxy-for.ts";

const { signal } = new AbortController();

/** A server on loopback that treats each connection so; its port. */
async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("a name without an address is a fault of DNS", async () => {
  const url = new URL("https://nosuch.invalid/v1");
  expect(await findConnectionFault(url, { env: {}, signal })).toEqual({
    cause: "dns",
    host: "nosuch.invalid:443",
  });
});

test("a closed port refuses the connection", async () => {
  const host = `127.0.0.1:${await closedPort()}`;
  expect(await findConnectionFault(new URL(`http://${host}`), { env: {}, signal })).toEqual({
    cause: "refused",
    host,
  });
});

test("a server that speaks no TLS is a fault of TLS", async () => {
  const host = `127.0.0.1:${await serve((socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))}`;
  const fault = await findConnectionFault(new URL(`https://${host}`), { env: {}, signal });
  const detail = "it does not speak TLS";
  expect(fault).toEqual({ cause: "tls", host, problem: "no-tls", detail });
});

test("a server that is silent is named so, within the patience", async () => {
  const host = `127.0.0.1:${await serve(() => {})}`;
  const given = { env: {}, signal, patienceMs: 50 };
  expect(await findConnectionFault(new URL(`https://${host}`), given)).toEqual({
    cause: "tls",
    host,
    problem: "silent",
    detail: "no answer",
  });
});

test("a server that accepts has no fault now", async () => {
  const host = `127.0.0.1:${await serve(() => {})}`;
  expect(await findConnectionFault(new URL(`http://${host}`), { env: {}, signal })).toEqual({
    cause: "none",
    host,
  });
});

test("a proxy that refuses is the fault, and its password is not shown", async () => {
  const port = await serve((socket) => {
    socket.once("data", () => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
  });
  const env = { HTTPS_PROXY: `http://user:secret@127.0.0.1:${port}` };
  const fault = await findConnectionFault(new URL("https://models.example/v1"), { env, signal });
  expect(fault).toEqual({
    cause: "proxy",
    host: `127.0.0.1:${port}`,
    variable: "HTTPS_PROXY",
    detail: "it answers with status 407 for models.example:443",
  });
  expect(JSON.stringify(fault)).not.toContain("secret");
});

test.each<[string, Record<string, string>, string, string | undefined]>([
  ["https", { https_proxy: "http://p:1" }, "https://a.example", "http://p:1/"],
  ["a proxy without a scheme", { HTTPS_PROXY: "p:1" }, "https://a.example", "http://p:1/"],
  ["all", { ALL_PROXY: "http://p:1" }, "http://a.example", "http://p:1/"],
  ["only https", { HTTPS_PROXY: "http://p:1" }, "http://a.example", undefined],
  [
    "an exception",
    { HTTPS_PROXY: "http://p:1", NO_PROXY: "b.example, .a.example" },
    "https://x.a.example",
    undefined,
  ],
  ["this machine", { HTTP_PROXY: "http://p:1" }, "http://127.0.0.1:8080", undefined],
  [
    "no exception",
    { HTTPS_PROXY: "http://p:1", NO_PROXY: "a.example" },
    "https://ba.example",
    "http://p:1/",
  ],
])("the proxy of the environment: %s", (_, env, url, proxy) => {
  expect(proxyFor(new URL(url), env)?.url.href).toBe(proxy);
});

describe("a certificate", () => {
  /** A server with a certificate of this host, whose authority is in a file; its port. */
  async function serveTls(host: string): Promise<{ readonly port: number; readonly file: string }> {
    const { authority, cert, key } = makeTestCertificate([host]);
    const server = createTlsServer({ cert, key });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const folder = await mkdtemp(join(tmpdir(), "ktx-tls-"));
    onTestFinished(async () => {
      server.close();
      await rm(folder, { recursive: true });
    });
    const file = join(folder, "authority.pem");
    await writeFile(file, authority);
    const address = server.address();
    return { port: typeof address === "object" && address !== null ? address.port : 0, file };
  }

  test("of an unknown authority is not trusted, unless the file that Codex reads has it", async () => {
    const { port, file } = await serveTls("localhost");
    const url = new URL(`https://localhost:${port}/v1`);
    expect(await findConnectionFault(url, { env: {}, signal })).toEqual({
      cause: "tls",
      host: `localhost:${port}`,
      problem: "untrusted",
      detail: "its certificate is not trusted",
    });
    const env = { SSL_CERT_FILE: file };
    expect(await findConnectionFault(url, { env, signal })).toMatchObject({ cause: "none" });
  });

  test("of another host is named so", async () => {
    const { port, file } = await serveTls("models.example");
    const env = { SSL_CERT_FILE: file };
    const url = new URL(`https://localhost:${port}/v1`);
    expect(await findConnectionFault(url, { env, signal })).toMatchObject({
      problem: "other-host",
      detail: "its certificate is for another host",
    });
  });
});

test("an error of OpenSSL is a phrase or a code, and never its own text", () => {
  const text =
    "C0BC1D:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/x.c:3";
  const read = (code: string) => readTlsError(Object.assign(new Error(text), { code }));
  expect(read("EPROTO")).toEqual({ problem: "no-tls", detail: "it does not speak TLS" });
  expect(read("CERT_HAS_EXPIRED").problem).toBe("expired");
  expect(read("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA")).toEqual({
    problem: "other",
    detail: "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
  });
  expect(readTlsError(new Error(text)).detail).toBe("no usable answer");
});

test("a service that was reached is named with its status, the tries and the time", () => {
  const url = new URL("http://127.0.0.1:9/v1");
  const tries = { tries: 1, totalMs: 900 };
  expect(describeService(url, { kind: "server", httpStatus: 503 }, tries)).toBe(
    "127.0.0.1:9 answers with status 503. Tried 1 time in 0.9 s.",
  );
  expect(describeService(url, { kind: "stream-disconnected" }, tries)).toBe(
    "127.0.0.1:9 ends the connection before the answer is complete. Tried 1 time in 0.9 s.",
  );
});

test("the probe of setup says that a port refuses the connection, also one that fetch does not take", async () => {
  expect(await probeEndpoint({ baseUrl: "http://127.0.0.1:9/v1", signal })).toEqual({
    state: "unreachable",
    reason: "connection refused",
  });
});

test("a refusal is named as an answer, and a stream that ends at an endpoint puts its URL in question", () => {
  const url = new URL("http://127.0.0.1:9/v1");
  const tries = { tries: 1, totalMs: 900 };
  expect(describeService(url, { kind: "auth", httpStatus: 401 }, tries)).toBe(
    "127.0.0.1:9 answers with status 401. Tried 1 time in 0.9 s.",
  );
  const scene = {
    auth: { kind: "none" },
    endpoint: { baseUrl: url.href, apiKeyEnv: undefined },
    setVariables: new Set<string>(),
    given: { endpoint: true },
  } as const;
  expect(nextStep({ kind: "stream-disconnected" }, scene)).toBe(
    "Try again. If it ends so each time, check that --endpoint is the base URL of a model service.",
  );
});

test("the sentences name the host, the cause, the tries and the time", () => {
  const fault = { cause: "refused", host: "127.0.0.1:9" } as const;
  expect(describeConnection(fault, { tries: 3, totalMs: 12_400 })).toBe(
    "127.0.0.1:9 refuses the connection. Tried 3 times in 12 s.",
  );
});
