import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import type { ToolBridgeHandle } from "../../src/index.ts";
import { connectClient, greet, startBridge } from "../builders.ts";
import {
  callMessage,
  converse,
  inSession,
  openSession,
  type RawAnswer,
  render,
  send,
} from "../raw-client.ts";

test("a second call under an id in use is refused, and the first one gets its answer", async () => {
  const gate = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const slow = {
    ...greet,
    execute: () => {
      begun.resolve();
      return gate.promise;
    },
  };
  await using bridge = await startBridge({ slow });
  const headers = inSession(await openSession(bridge));
  const first = send(bridge, { headers, body: callMessage(7) });
  await begun.promise;

  const second = await send(bridge, { headers, body: callMessage(7) });
  gate.resolve("first");

  expect(second).toMatchObject({ status: 400, body: expect.stringContaining('"id":7') });
  expect(JSON.parse((await first).body)).toEqual({
    jsonrpc: "2.0",
    id: 7,
    result: { content: [{ type: "text", text: "first" }] },
  });
});

test("a session that its client has ended is gone", async () => {
  await using bridge = await startBridge();
  const headers = inSession(await openSession(bridge));

  const end = await send(bridge, { method: "DELETE", headers, body: "" });
  const late = await send(bridge, { headers, body: callMessage(1) });

  expect([end.status, late.status]).toEqual([200, 404]);
});

test("a body that arrives too slowly is given up", async () => {
  await using bridge = await startBridge({ greet }, { limits: { requestTimeoutMs: 100 } });
  const whole = render(bridge, {});

  const answer = await converse(bridge, (socket) => socket.write(whole.subarray(0, -1)));

  expect(answer).toMatchObject({ status: 408, body: "" });
});

test("a connection that says nothing is given up", async () => {
  await using bridge = await startBridge({ greet }, { limits: { requestTimeoutMs: 100 } });

  const answer = await converse(bridge, () => {});

  expect(answer).toMatchObject({ status: 408, body: "" });
});

test("requests over the rate are told to come later", async () => {
  await using bridge = await startBridge({ greet }, { limits: { requestsPerSecond: 2 } });

  const statuses: number[] = [];
  for (let index = 0; index < 3; index += 1) statuses.push((await send(bridge, {})).status);

  expect(statuses).toEqual([200, 200, 429]);
});

test("refused requests do not use up the good client's rate", async () => {
  await using bridge = await startBridge({ greet }, { limits: { requestsPerSecond: 1 } });

  for (let index = 0; index < 20; index += 1)
    await send(bridge, { headers: { Authorization: "Bearer wrong" } });

  expect((await send(bridge, {})).status).toBe(200);
});

test("1,000 idle connections do not shut the good client out, old or new", async () => {
  await using bridge = await startBridge();
  await using before = await connectClient(bridge);
  const idle = Array.from({ length: 1000 }, () => converse(bridge, () => {}));
  const greetAda = { name: "greet", arguments: { who: "Ada" } };
  const hello = { content: [{ type: "text", text: "Hello, Ada!" }] };

  await using after = await connectClient(bridge);
  const results = [await before.client.callTool(greetAda), await after.client.callTool(greetAda)];
  await bridge.close();
  await Promise.all(idle);

  expect(results).toEqual([hello, hello]);
});

test("sessions beyond the limit put the one that was idle for longest out", async () => {
  await using bridge = await startBridge({ greet }, { limits: { maxSessions: 2 } });
  const ids = [await openSession(bridge), await openSession(bridge)];
  await send(bridge, { headers: inSession(ids[0] ?? ""), body: callMessage(1) });
  ids.push(await openSession(bridge));

  const statuses = await Promise.all(
    ids.map(
      async (id) => (await send(bridge, { headers: inSession(id), body: callMessage(2) })).status,
    ),
  );

  expect(statuses).toEqual([200, 404, 200]);
});

test("a request after close finds nobody", async () => {
  const bridge = await startBridge();
  await bridge.close();

  expect(await send(bridge, {})).toEqual({ status: 0, head: "", body: "" });
});

test("tokens that nearly are the token are refused on the wire", async () => {
  await using bridge = await startBridge();
  const token = bridge.bearerToken;
  const nearMisses = [
    token.slice(1),
    token.slice(0, -1),
    `${token}A`,
    `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`,
    `${token}, Bearer ${token}`,
    `"${token}"`,
  ].map((value) => `Bearer ${value}`);
  const doubled = [`Bearer ${token}`, `Bearer ${token}`];

  const answers = await Promise.all(
    [...nearMisses, doubled].map((value) => send(bridge, { headers: { Authorization: value } })),
  );

  const [{ body: first } = { body: "" }] = answers;
  expect(first).toContain("Authorization: Bearer");
  expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
    answers.map(() => ({ status: 401, body: first })),
  );
});

/** Opens an admitted connection that stays open, and resolves when its first request has been answered. */
async function keepConnection(bridge: ToolBridgeHandle): Promise<{ closed: Promise<RawAnswer> }> {
  const answered = Promise.withResolvers<unknown>();
  const closed = converse(bridge, (socket) => {
    socket.once("data", answered.resolve);
    socket.write(render(bridge, { headers: { Connection: "keep-alive" } }));
  });
  await answered.promise;
  return { closed };
}

test("256 idle admitted connections do not shut the token's holder out", async () => {
  await using bridge = await startBridge();
  const idle = [];
  for (let index = 0; index < 256; index += 1) idle.push(await keepConnection(bridge));

  await using connection = await connectClient(bridge);
  const result = await connection.client.callTool({ name: "greet", arguments: { who: "Ada" } });

  expect(result).toEqual({ content: [{ type: "text", text: "Hello, Ada!" }] });
  await bridge.close();
  expect((await Promise.all(idle.map(({ closed }) => closed))).map(({ status }) => status)).toEqual(
    idle.map(() => 200),
  );
});

test("of admitted connections the one that is idle for longest makes room", async () => {
  await using bridge = await startBridge({ greet }, { limits: { maxConnections: 3 } });
  const answers: Promise<unknown>[] = [];
  const open = async (): Promise<{ socket: Socket; closed: Promise<unknown> }> => {
    const opened = Promise.withResolvers<Socket>();
    const closed = converse(bridge, (socket) => opened.resolve(socket));
    answers.push(closed);
    return { socket: await opened.promise, closed };
  };
  const ask = async (socket: Socket): Promise<void> => {
    const answered = once(socket, "data");
    socket.write(render(bridge, { headers: { Connection: "keep-alive" } }));
    await answered;
  };
  const first = await open();
  const second = await open();
  const third = await open();
  for (const { socket } of [first, second, third, first]) await ask(socket);

  const late = await send(bridge, {});
  await second.closed;
  for (const { socket } of [first, third]) await ask(socket);

  expect(late.status).toBe(200);
  await bridge.close();
  await Promise.all(answers);
});

test("when every connection waits for an answer, a new one is dropped and the calls go on", async () => {
  const gate = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const slow = {
    ...greet,
    execute: () => {
      begun.resolve();
      return gate.promise;
    },
  };
  await using bridge = await startBridge({ slow }, { limits: { maxConnections: 1 } });
  const headers = inSession(await openSession(bridge));
  const call = send(bridge, { headers, body: callMessage(7) });
  await begun.promise;

  const dropped = await send(bridge, {});
  gate.resolve("done");

  expect(dropped.status).toBe(0);
  expect((await call).body).toContain('"text":"done"');
});
