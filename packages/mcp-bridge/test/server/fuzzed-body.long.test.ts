import * as fc from "fast-check";
import { expect, test } from "vitest";
import { connectClient, greet, startBridge } from "../builders.ts";
import { type RawAnswer, send } from "../raw-client.ts";
import { longRuns } from "../../../../test/long-form.ts";

const method = fc.constantFrom(
  "initialize",
  "ping",
  "tools/list",
  "tools/call",
  "logging/setLevel",
  "notifications/cancelled",
  "notifications/initialized",
  "notifications/progress",
  "tasks/get",
);
const message = fc.record(
  {
    jsonrpc: fc.constantFrom("2.0", "2.0", "2.0", "1.0"),
    id: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.double()),
    method: fc.oneof(method, fc.string()),
    params: fc.oneof(
      fc.record({ name: fc.constant("greet"), arguments: fc.jsonValue() }),
      fc.record({ requestId: fc.integer(), reason: fc.string() }),
      fc.jsonValue(),
    ),
    result: fc.jsonValue(),
    error: fc.jsonValue(),
  },
  { requiredKeys: ["jsonrpc"] },
);
const body = fc.oneof(
  { weight: 4, arbitrary: message.map((value) => Buffer.from(JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

test("whatever the body, it is answered, nothing breaks, and the good client is served", async () => {
  await using bridge = await startBridge();
  await using connection = await connectClient(bridge);
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  process.on("uncaughtException", onUnhandled);

  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (bytes, withSession) => {
      const headers = withSession ? { "Mcp-Session-Id": connection.sessionId } : {};
      const answer: RawAnswer = await send(bridge, { headers, body: bytes });

      expect([200, 202, 400, 404]).toContain(answer.status);
      expect(answer.body).not.toMatch(/node_modules|\.ts:\d/);
    }),
    longRuns(1_000),
  );
  const result = await connection.client.callTool({ name: greet.name, arguments: { who: "Ada" } });
  process.off("unhandledRejection", onUnhandled);
  process.off("uncaughtException", onUnhandled);

  expect(result).toEqual({ content: [{ type: "text", text: "Hello, Ada!" }] });
  expect(unhandled).toEqual([]);
});
