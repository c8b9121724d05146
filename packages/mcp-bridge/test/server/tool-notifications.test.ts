import type { LoggingMessageNotification, Progress } from "@modelcontextprotocol/sdk/types.js";
import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { type BridgedTool, defineTool, type ToolsListed } from "../../src/index.ts";
import { connectClient, greet, startBridge } from "../builders.ts";

const index: BridgedTool = defineTool({
  name: "index",
  description: "Indexes the pages.",
  inputSchema: z.object({}),
  execute: (_input, { progress, log }) => {
    progress({ progress: 1, total: 2, message: "half" });
    log("debug", { page: 1 });
    progress({ progress: 2, total: 2 });
    log("warning", "a page is empty");
    return "indexed";
  },
});

test("progress reaches the client that asked for it, in order and before the result", async () => {
  await using bridge = await startBridge({ index });
  await using connection = await connectClient(bridge);
  const seen: Progress[] = [];

  const result = await connection.client.callTool({ name: "index" }, undefined, {
    onprogress: (progress) => seen.push(progress),
  });

  expect(seen).toEqual([
    { progress: 1, total: 2, message: "half" },
    { progress: 2, total: 2 },
  ]);
  expect(result).toEqual({ content: [{ type: "text", text: "indexed" }] });
});

test("log messages reach the client under the tool's name, from the level that it set", async () => {
  await using bridge = await startBridge({ index });
  await using connection = await connectClient(bridge);
  const seen: LoggingMessageNotification["params"][] = [];
  connection.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    seen.push(params);
  });

  await connection.client.callTool({ name: "index" });
  await connection.client.setLoggingLevel("info");
  await connection.client.callTool({ name: "index" });

  const warning = { level: "warning", logger: "index", data: "a page is empty" };
  expect(seen).toEqual([{ level: "debug", logger: "index", data: { page: 1 } }, warning, warning]);
});

const half = "Report 😀".slice(0, 8);

test("progress and logs that a client could not read are mended, and those without a form cost nothing", async () => {
  const tool = defineTool({
    name: "index",
    description: "Indexes the pages.",
    inputSchema: z.object({}),
    execute: (_input, { progress, log }) => {
      progress({ progress: Number.NaN });
      progress({ progress: 1, total: Number.POSITIVE_INFINITY, message: half });
      progress(
        new Proxy(
          { progress: 2 },
          {
            get: () => {
              throw new Error("trap");
            },
          },
        ),
      );
      log("info", { [half]: half });
      log("info", { rows: [new Map()] });
      log("info", undefined);
      return "indexed";
    },
  });
  await using bridge = await startBridge({ tool });
  await using connection = await connectClient(bridge);
  const seen: unknown[] = [];
  connection.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    seen.push(params.data);
  });

  const result = await connection.client.callTool({ name: "index" }, undefined, {
    onprogress: (progress) => seen.push(progress),
  });

  expect(result).toEqual({ content: [{ type: "text", text: "indexed" }] });
  expect(seen).toEqual([
    { progress: 1, message: "Report \uFFFD" },
    { "Report \uFFFD": "Report \uFFFD" },
    "The value has no JSON form: $.rows[0] is a Map. Return Object.fromEntries(map), or [...map].",
    null,
  ]);
});

test("the observer learns which client listed which tools", async () => {
  const seen: ToolsListed[] = [];
  await using bridge = await startBridge(
    { index, greet },
    { observer: { onToolsListed: (event) => seen.push(event) } },
  );
  await using connection = await connectClient(bridge);
  expect(seen).toEqual([]);

  await connection.client.listTools();

  expect(seen).toEqual([
    { client: { name: "test-client", version: "1.0.0" }, names: ["index", "greet"] },
  ]);
});
