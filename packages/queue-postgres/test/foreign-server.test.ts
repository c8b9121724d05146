import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { openPostgresStore } from "../src/index.ts";
import { startLoopbackServer } from "./loopback-server.ts";

/** As a web server answers what is no request. */
function answerHttp(socket: Socket): void {
  socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
}

function reset(socket: Socket): void {
  socket.once("data", () => socket.resetAndDestroy());
}

test.each([
  ["answers HTTP", answerHttp],
  ["resets each connection", reset],
])("a port that %s is one where something answers that may be no Postgres", async (_, take) => {
  await using server = await startLoopbackServer(take);
  for (const query of ["", "?sslmode=require"]) {
    const url = `postgres://owner:made-for-this-test@127.0.0.1:${server.port}/team${query}`;
    await expect(openPostgresStore({ url, patienceMs: 0 })).rejects.toMatchObject({
      kind: "busy",
      message: expect.stringMatching(
        /^The database team at 127\.0\.0\.1:\d+ cannot be reached\. Something that ends the connection answers there, which may be no Postgres: check the host and the port\./,
      ),
    });
  }
});
