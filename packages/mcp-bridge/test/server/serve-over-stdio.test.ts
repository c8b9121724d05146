import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { serveOverStdio, type ToolSet } from "../../src/index.ts";
import { greet, startBridge, stuckTool } from "../builders.ts";

/** A server on two pipes in memory, and a client at their other ends. */
async function serve(toolSet: ToolSet, signal?: AbortSignal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = serveOverStdio({ toolSet, input, output, signal });
  const buffer = new ReadBuffer();
  const transport: Transport = {
    start: async () => {
      output.on("data", (chunk: Buffer) => {
        buffer.append(chunk);
        for (let message = buffer.readMessage(); message !== null; message = buffer.readMessage())
          transport.onmessage?.(message);
      });
    },
    send: async (message) => void input.write(serializeMessage(message)),
    close: async () => {
      input.end();
      transport.onclose?.();
    },
  };
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return { client, input, output, served };
}

test("a client on two pipes lists and calls the tools, and the server ends when the client leaves", async () => {
  const { client, served } = await serve({ greet });
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["greet"]);
  const result = await client.callTool({ name: "greet", arguments: { who: "Ada" } });
  expect(result).toMatchObject({ content: [{ text: "Hello, Ada!" }] });
  await client.close();
  await expect(served).resolves.toBeUndefined();
});

test.each([
  ["{broken", { id: null, code: -32_700, message: /not JSON/ }],
  ["[]", { id: null, code: -32_600, message: /Send each message by itself/ }],
  ["null", { id: null, code: -32_600, message: /got null/ }],
  ["7", { id: null, code: -32_600, message: /got a number/ }],
  ['{"jsonrpc":"1.0","id":7,"method":"ping"}', { id: 7, code: -32_600, message: /"2\.0"/ }],
  ['{"id":"a","method":"ping"}', { id: "a", code: -32_600, message: /"2\.0"/ }],
  ['{"jsonrpc":"2.0","id":{},"method":"ping"}', { id: null, code: -32_600, message: /"method"/ }],
  ['{"jsonrpc":"2.0","id":7}', { id: 7, code: -32_600, message: /"method"/ }],
  [`${"[".repeat(300)}${"]".repeat(300)}`, { id: null, code: -32_600, message: /levels/ }],
  ["x".repeat(5 * 1024 * 1024), { id: null, code: -32_600, message: /at most 4194304 bytes/ }],
  [Uint8Array.of(0x22, 0xff, 0x22), { id: null, code: -32_700, message: /UTF-8/ }],
])(
  "a line that is no message is answered with an error, and the next one is served",
  async (line, expected) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = serveOverStdio({ toolSet: { greet }, input, output });
    input.write(line);
    input.end('\r\n\n{"jsonrpc":"2.0","id":8,"method":"ping"}\n');
    await served;
    output.end();
    const lines = (await text(output)).trim().split("\n");
    const { id, code, message } = expected;
    expect(lines.map((one) => JSON.parse(one))).toEqual([
      { jsonrpc: "2.0", id, error: { code, message: expect.stringMatching(message) } },
      { jsonrpc: "2.0", id: 8, result: {} },
    ]);
  },
);

const messagesOf = async (output: PassThrough): Promise<readonly unknown[]> => {
  output.end();
  return (await text(output))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
};

const callOf = (id: number, name: string): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: {} } });

test.each([
  ['{"jsonrpc":"2.0","id":8,"method":"ping"}', { id: 8, result: {} }],
  ['{"jsonrpc":"2.0","id":8,"met', { id: null, error: { code: -32_700 } }],
])(
  "a last message without a line break is answered before the server ends",
  async (last, answer) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = serveOverStdio({ toolSet: { greet }, input, output });
    input.end(last);
    await served;
    expect(await messagesOf(output)).toMatchObject([answer]);
  },
);

test("a client that ends its messages gets the answers of the calls that run, and waits for no cancelled one", async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const [gate, begun] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
  const slow = {
    ...greet,
    name: "slow",
    inputSchema: z.object({}),
    execute: () => {
      begun.resolve();
      return gate.promise;
    },
  };
  const stuck = stuckTool();
  const toolSet = { slow, stuck: stuck.tool };
  const served = serveOverStdio({ toolSet, input, output, graceMs: 600_000 });
  input.write(`${callOf(1, "stuck")}\n`);
  await stuck.called;
  const method = "notifications/cancelled";
  input.write(`${JSON.stringify({ jsonrpc: "2.0", method, params: { requestId: 1 } })}\n`);
  input.end(callOf(2, "slow"));
  await begun.promise;
  gate.resolve("late");
  await served;
  const result = { content: [{ type: "text", text: "late" }] };
  expect(await messagesOf(output)).toMatchObject([{ id: 2, result }]);
});

test("a call that does not end keeps no server: its time ends, or the client reads no more", async () => {
  const serveStuck = async (graceMs: number) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const stuck = stuckTool();
    const served = serveOverStdio({ toolSet: { stuck: stuck.tool }, input, output, graceMs });
    input.write(`${callOf(1, "stuck")}\n`);
    await stuck.called;
    input.end();
    return { served, output, stuck };
  };
  const late = await serveStuck(1);
  await late.served;
  expect(late.stuck.signals[0]?.aborted).toBe(true);
  const gone = await serveStuck(600_000);
  gone.output.destroy();
  await gone.served;
  expect(gone.stuck.signals[0]?.aborted).toBe(true);
});

test("a malformed answer is answered with nothing, so that two programs do not go on for ever", async () => {
  const { client, input, output, served } = await serve({ greet });
  let said = "";
  output.on("data", (chunk: Buffer) => (said += chunk.toString()));
  input.write('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"No."}}\n');
  input.write('{"jsonrpc":"1.0","result":{}}\n');
  expect((await client.listTools()).tools).toHaveLength(1);
  expect(said.trim().split("\n")).toHaveLength(1);
  await client.close();
  await served;
});

test("the signal ends the server while a call runs, and an output that closes ends it too", async () => {
  const over = new AbortController();
  const stuck = stuckTool();
  const running = await serve({ stuck: stuck.tool }, over.signal);
  const call = running.client
    .callTool({ name: stuck.tool.name, arguments: {} })
    .catch(() => "ended");
  await stuck.called;
  over.abort();
  await running.served;
  running.output.end();
  await running.client.close();
  expect(await call).toBe("ended");
  expect(stuck.signals[0]?.aborted).toBe(true);

  const gone = await serve({ greet });
  gone.output.destroy();
  await expect(gone.served).resolves.toBeUndefined();
});

test("a bridge takes the port and the token that a client's settings name, and refuses a short token", async () => {
  const bearerToken = "a-token-of-forty-characters-for-this-test";
  const first = await startBridge();
  const port = Number(new URL(first.url).port);
  await first.close();
  await using bridge = await startBridge(undefined, { port, bearerToken });
  expect(bridge.url).toBe(`http://127.0.0.1:${port}/mcp`);
  expect(bridge.bearerToken).toBe(bearerToken);
  await expect(startBridge(undefined, { port })).rejects.toThrow(`port ${port} of 127.0.0.1`);
  await expect(startBridge(undefined, { bearerToken: "short" })).rejects.toThrow("5 characters");
});
