import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { expect, test } from "vitest";
import { connectToolSet } from "../../src/index.ts";
import { greet, stuckTool } from "../builders.ts";

test("tools are listed and called over a linked pair in memory", async () => {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await using _connection = await connectToolSet({ toolSet: { greet }, transport: serverSide });
  const client = new Client({ name: "test-client", version: "1.0.0" });
  await client.connect(clientSide);

  const { tools } = await client.listTools();
  const result = await client.callTool({ name: "greet", arguments: { who: "Ada" } });

  expect(tools.map(({ name }) => name)).toEqual(["greet"]);
  expect(result).toEqual({ content: [{ type: "text", text: "Hello, Ada!" }] });
});

test("tools are listed and called over stdio", async () => {
  const client = new Client({ name: "test-client", version: "1.0.0" });
  const program = fileURLToPath(new URL("../programs/stdio-server.ts", import.meta.url));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ["--conditions=@ktx/source", program],
    }),
  );

  const { tools } = await client.listTools();
  const result = await client.callTool({ name: "greet", arguments: { who: "Ada" } });
  await client.close();

  expect(tools.map(({ name }) => name)).toEqual(["greet"]);
  expect(result).toEqual({ content: [{ type: "text", text: "Hello, Ada!" }] });
});

test("a signal ends the connection and fires the signals of its calls", async () => {
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const controller = new AbortController();
  const { tool, signals, called } = stuckTool();
  await connectToolSet({ toolSet: { tool }, transport: serverSide, signal: controller.signal });
  const client = new Client({ name: "test-client", version: "1.0.0" });
  await client.connect(clientSide);
  const call = client.callTool({ name: "stuck" }).catch((error: unknown) => error);
  await called;

  controller.abort();

  expect(await call).toBeInstanceOf(Error);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});
