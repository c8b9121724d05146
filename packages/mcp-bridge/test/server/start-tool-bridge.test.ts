import { Server } from "node:net";
import { inspect } from "node:util";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { defineTool, startToolBridge, ToolBridgeError } from "../../src/index.ts";
import { connectClient, greet, startBridge, stuckTool, toolReturning } from "../builders.ts";

/** A server that waits for its clients waits for as long as Node keeps an idle connection. */
const idleConnectionMs = 5_000;

test("a client that holds the token lists exactly the tools of the set, by their names", async () => {
  await using bridge = await startBridge({ hello: greet, other: toolReturning("x", "other_tool") });
  await using connection = await connectClient(bridge);

  const { tools } = await connection.client.listTools();

  expect(tools).toEqual([
    {
      name: "greet",
      title: "Greet",
      description: "Greets somebody.",
      inputSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { who: { type: "string", minLength: 1 } },
        required: ["who"],
      },
      annotations: { readOnlyHint: true },
    },
    {
      name: "other_tool",
      description: "Returns what it was made with.",
      inputSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {},
      },
    },
  ]);
});

test("a called tool gets the parsed input and its result reaches the client", async () => {
  await using bridge = await startBridge();
  await using connection = await connectClient(bridge);

  const result = await connection.client.callTool({ name: "greet", arguments: { who: "Ada" } });

  expect(result).toEqual({ content: [{ type: "text", text: "Hello, Ada!" }] });
});

test("an unknown tool is an error result that names the tools there are", async () => {
  await using bridge = await startBridge();
  await using connection = await connectClient(bridge);

  const result = await connection.client.callTool({ name: "shout", arguments: {} });

  expect(result).toEqual({
    content: [{ type: "text", text: 'There is no tool "shout". The tools are: greet.' }],
    isError: true,
  });
});

test("the handle of a running bridge takes observers, and their errors go to their own handler", async () => {
  await using bridge = await startBridge();
  const heard: unknown[] = [];
  const remove = bridge.observe(
    {
      onToolsListed: ({ client, names }) => heard.push([client?.name, names]),
      onResult: async ({ name, arguments: input, outcome, text }) => {
        heard.push([name, input, outcome, text]);
        throw new Error("observer broke");
      },
    },
    (error) => heard.push(error),
  );
  await using connection = await connectClient(bridge);
  const greetAda = { name: "greet", arguments: { who: "Ada" } };

  await connection.client.listTools();
  await connection.client.callTool(greetAda);
  remove();
  await connection.client.callTool(greetAda);

  expect(heard).toEqual([
    ["test-client", ["greet"]],
    ["greet", { who: "Ada" }, "ok", "Hello, Ada!"],
    new Error("observer broke"),
  ]);
});

test("two sessions of one bridge work at the same time", async () => {
  await using bridge = await startBridge();
  await using first = await connectClient(bridge);
  await using second = await connectClient(bridge);

  const results = await Promise.all(
    [first, second].map(({ client }, index) =>
      client.callTool({ name: "greet", arguments: { who: `client ${index}` } }),
    ),
  );

  expect(results.map(({ content }) => content)).toEqual([
    [{ type: "text", text: "Hello, client 0!" }],
    [{ type: "text", text: "Hello, client 1!" }],
  ]);
});

test("close with a call in flight that never ends returns and fires the call's signal", async () => {
  const { tool, signals, called } = stuckTool();
  const bridge = await startBridge({ tool });
  await using connection = await connectClient(bridge);
  const call = connection.client.callTool({ name: "stuck" }).catch((error: unknown) => error);
  await called;

  const startedAt = performance.now();
  await bridge.close();
  const tookMs = performance.now() - startedAt;
  await connection.client.close();

  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(tookMs).toBeLessThan(idleConnectionMs);
  expect(await call).toBeInstanceOf(Error);
});

test("close with 10 calls in flight that never end returns and fires every call's signal", async () => {
  const stuck = Array.from({ length: 10 }, (_value, index) => stuckTool(`stuck_${index}`));
  const bridge = await startBridge(Object.fromEntries(stuck.map(({ tool }) => [tool.name, tool])));
  await using connection = await connectClient(bridge);
  const calls = stuck.map(({ tool: { name } }) =>
    connection.client.callTool({ name }).catch((error: unknown) => error),
  );
  await Promise.all(stuck.map(({ called }) => called));

  const startedAt = performance.now();
  await bridge.close();
  const tookMs = performance.now() - startedAt;
  await connection.client.close();

  expect(stuck.map(({ signals }) => signals.map(({ aborted }) => aborted))).toEqual(
    stuck.map(() => [true]),
  );
  expect(tookMs).toBeLessThan(idleConnectionMs);
  expect((await Promise.all(calls)).every((ended) => ended instanceof Error)).toBe(true);
});

test("close may be called again, and nothing listens afterwards", async () => {
  const bridge = await startBridge();

  await Promise.all([bridge.close(), bridge.close()]);
  await bridge[Symbol.asyncDispose]();

  await expect(fetch(bridge.url)).rejects.toThrow("fetch failed");
});

test("a client that cancels its call fires the call's signal", async () => {
  const { tool, signals, called } = stuckTool();
  await using bridge = await startBridge({ tool });
  await using connection = await connectClient(bridge);
  const cancel = new AbortController();
  const call = connection.client
    .callTool({ name: "stuck" }, undefined, { signal: cancel.signal })
    .catch((error: unknown) => error);
  await called;

  cancel.abort(new Error("never mind"));
  await call;
  await firing(signals[0]);

  expect(signals).toHaveLength(1);
});

test("a client that disconnects fires the signals of its calls", async () => {
  const { tool, signals, called } = stuckTool();
  await using bridge = await startBridge({ tool });
  const { client } = await connectClient(bridge);
  const call = client.callTool({ name: "stuck" }).catch((error: unknown) => error);
  await called;

  await client.close();
  await call;
  await firing(signals[0]);

  expect(signals).toHaveLength(1);
});

test("the token has 256 bits, differs between bridges and is not shown by inspect or JSON", async () => {
  await using first = await startBridge();
  await using second = await startBridge();

  expect(Buffer.from(first.bearerToken, "base64url")).toHaveLength(32);
  expect(first.bearerToken).not.toBe(second.bearerToken);
  expect(inspect(first, { showHidden: true, depth: 5 })).not.toContain(first.bearerToken);
  expect(JSON.parse(JSON.stringify(first))).toEqual({
    url: first.url,
    bearerTokenEnvVar: "KTX_CODEX_RUNTIME_MCP_TOKEN",
  });
});

test("a signal that has fired keeps the bridge from starting", async () => {
  const reason = new Error("too late");

  await expect(startBridge({ greet }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a signal that fires while the bridge starts rejects with its reason", async () => {
  const reason = new Error("changed my mind");
  const controller = new AbortController();
  const start = startBridge({ greet }, { signal: controller.signal });
  controller.abort(reason);

  await expect(start).rejects.toBe(reason);
});

test("a signal that fires later ends the bridge", async () => {
  const controller = new AbortController();
  const bridge = await startBridge({ greet }, { signal: controller.signal });

  controller.abort();
  await bridge.close();

  await expect(fetch(bridge.url)).rejects.toThrow("fetch failed");
});

test("a port that cannot be opened rejects with what was expected and what to check", async () => {
  const denied = new Error("listen EACCES: permission denied 127.0.0.1");
  const listen = vi.spyOn(Server.prototype, "listen").mockImplementationOnce(function (
    this: Server,
  ) {
    queueMicrotask(() => this.emit("error", denied));
    return this;
  });

  const failure = await startBridge().catch((error: unknown) => error);
  listen.mockRestore();

  expect(failure).toMatchObject({
    code: "listen-failed",
    message:
      "Expected to listen on a free port of 127.0.0.1, got: listen EACCES: permission denied 127.0.0.1. " +
      "Check that this process may open local ports (sandbox, container or firewall rules).",
    cause: denied,
  });
});

test("a set that cannot be offered is refused before anything listens", async () => {
  const start = startToolBridge({
    projectDir: "/project",
    toolSet: { a: greet, b: greet },
  });

  await expect(start).rejects.toMatchObject({
    name: "ToolBridgeError",
    code: "duplicate-tool-name",
  });
  await expect(start).rejects.toBeInstanceOf(ToolBridgeError);
});

test("a tool of a set may have an output schema; the client finds the structured content", async () => {
  const sum = defineTool({
    name: "sum",
    description: "Adds two numbers.",
    inputSchema: z.object({ a: z.number(), b: z.number().default(1) }),
    outputSchema: z.object({ total: z.number() }),
    execute: ({ a, b }) => ({ markdown: `The total is ${a + b}.`, structured: { total: a + b } }),
  });
  await using bridge = await startBridge({ sum });
  await using connection = await connectClient(bridge);
  await connection.client.listTools();

  const result = await connection.client.callTool({ name: "sum", arguments: { a: 2 } });

  expect(result).toEqual({
    content: [{ type: "text", text: 'The total is 3.\n\n```json\n{"total":3}\n```' }],
    structuredContent: { markdown: "The total is 3.", total: 3 },
  });
});

async function firing(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined || signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
