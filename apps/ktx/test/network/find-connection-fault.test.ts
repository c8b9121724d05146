import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { describeConnection } from "../../src/network/describe-connection.ts";
import { findConnectionFault } from "../../src/network/find-connection-fault.ts";
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
  expect(fault).toMatchObject({ cause: "tls", host, detail: expect.stringMatching(/./) });
});

test("a server that is silent is named so, within the patience", async () => {
  const host = `127.0.0.1:${await serve(() => {})}`;
  const given = { env: {}, signal, patienceMs: 50 };
  expect(await findConnectionFault(new URL(`https://${host}`), given)).toEqual({
    cause: "tls",
    host,
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
    detail: "it answers 407 for models.example:443",
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
  [
    "no exception",
    { HTTPS_PROXY: "http://p:1", NO_PROXY: "a.example" },
    "https://ba.example",
    "http://p:1/",
  ],
])("the proxy of the environment: %s", (_, env, url, proxy) => {
  expect(proxyFor(new URL(url), env)?.href).toBe(proxy);
});

test("the sentences name the host, the cause, the tries and the time", () => {
  const fault = { cause: "refused", host: "127.0.0.1:9" } as const;
  expect(describeConnection(fault, { tries: 3, totalMs: 12_400 })).toBe(
    "127.0.0.1:9 refuses the connection. Tried 3 times in 12 s.",
  );
});
