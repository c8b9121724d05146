import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { startLoopbackServer } from "./loopback-server.ts";

const badRequest = "HTTP/1.1 400 Bad Request\r\n\r\n";

/** The first bytes of servers that are no Postgres. Each but the first keeps the connection open. */
const others: Readonly<Record<string, (socket: Socket) => void>> = {
  "answers HTTP and ends": (socket) => socket.once("data", () => socket.end(badRequest)),
  "answers HTTP": (socket) => socket.once("data", () => socket.write(badRequest)),
  "speaks TLS alone": (socket) =>
    socket.once("data", () => socket.write(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))),
  "greets as SSH does": (socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n"),
  "greets as MySQL does": (socket) =>
    socket.write(Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 10]), Buffer.alloc(73, "8")])),
  // The first byte is a type of Postgres, and the next four are a plausible length.
  "greets as a longer MySQL does": (socket) =>
    socket.write(Buffer.from(`N\0\0\0\n5.7.44-log\0${"8".repeat(63)}`, "latin1")),
  "sends an error without an end": (socket) =>
    socket.once("data", () => socket.write(Buffer.from(`E\0\0\0\n${"x".repeat(80)}`, "latin1"))),
  "takes TLS and speaks none": (socket) =>
    socket.once("data", () => {
      socket.write("S");
      socket.once("data", () => socket.write(badRequest));
    }),
};

test.each(Object.entries(others))(
  "a port that %s is tried once, with and without TLS",
  async (_, speak) => {
    for (const query of ["", "?sslmode=require"]) {
      let connections = 0;
      await using server = await startLoopbackServer((socket) => {
        connections += 1;
        socket.on("error", () => {});
        // So that it sees the other end leave.
        socket.resume();
        speak(socket);
      });
      const url = `postgres://owner:made-for-this-test@127.0.0.1:${server.port}/team${query}`;
      await expect(openPostgresStore({ url })).rejects.toMatchObject({
        name: "StoreError",
        kind: "busy",
        message: expect.stringMatching(
          /^The database team at 127\.0\.0\.1:\d+ cannot be reached\. A server answers there that is no Postgres: check the host and the port\. /,
        ),
      });
      expect(connections).toBe(1);
    }
  },
);

test.each([40, 70])(
  "a server that refuses each TLS, with alert %i, is tried once and has its sentence",
  async (alert) => {
    let connections = 0;
    await using server = await startLoopbackServer((socket) => {
      connections += 1;
      socket.on("error", () => {});
      socket.once("data", () => {
        socket.write("S");
        socket.once("data", () => socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, alert])));
      });
    });
    const url = `postgres://owner:made-for-this-test@127.0.0.1:${server.port}/team?sslmode=require`;
    await expect(openPostgresStore({ url })).rejects.toMatchObject({
      kind: "broken",
      message: expect.stringMatching(/^The database team at 127\.0\.0\.1:\d+ agrees on no TLS\. /),
    });
    expect(connections).toBe(1);
  },
);

test("a Postgres that asks for a sign-in which the client lacks has refused the sign-in", async () => {
  await using server = await startLoopbackServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 7])));
  });
  const url = `postgres://owner:made-for-this-test@127.0.0.1:${server.port}/team`;
  await expect(openPostgresStore({ url })).rejects.toMatchObject({
    kind: "broken",
    message: expect.stringMatching(/refused the sign-in\. .* by GSSAPI, SSPI or another way/),
  });
});

test.each([
  [
    "cannot begin",
    (socket: Socket) =>
      socket.once("data", () => socket.end("Ecould not fork new process for connection\n\0")),
  ],
  ["ends each connection", (socket: Socket) => socket.end()],
  [
    "resets each connection",
    (socket: Socket) => socket.once("data", () => socket.resetAndDestroy()),
  ],
] as const)(
  "a port that %s is one where something answers that may be no Postgres",
  async (_, take) => {
    await using server = await startLoopbackServer((socket) => void take(socket));
    for (const query of ["", "?sslmode=require"]) {
      const url = `postgres://owner:made-for-this-test@127.0.0.1:${server.port}/team${query}`;
      await expect(openPostgresStore({ url, patienceMs: 0 })).rejects.toMatchObject({
        kind: "busy",
        message: expect.stringMatching(
          /^The database team at 127\.0\.0\.1:\d+ cannot be reached\. Something that ends the connection answers there, which may be no Postgres: check the host and the port\./,
        ),
      });
    }
  },
);
