import { PassThrough } from "node:stream";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { expect, test } from "vitest";
import { serveOverStdio, type ToolSet } from "../src/index.ts";
import { greet, startBridge, stuckTool } from "./builders.ts";

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

test("lines that are no messages are passed over", async () => {
  const { client, input, served } = await serve({ greet });
  input.write('nonsense\n{"jsonrpc":"2.0"}\n[]\n\n');
  expect((await client.listTools()).tools).toHaveLength(1);
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
