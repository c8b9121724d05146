import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseServerMessage, type ServerMessage } from "../../src/app-server/index.ts";

describe("a line of the app-server is", () => {
  test.each<[string, string, ServerMessage]>([
    [
      "a notification, of a method without an id",
      '{"method":"turn/started","params":{"threadId":"t"},"emittedAtMs":1}',
      { type: "notification", method: "turn/started", params: { threadId: "t" } },
    ],
    [
      "a notification also without params",
      '{"method":"skills/changed"}',
      { type: "notification", method: "skills/changed", params: undefined },
    ],
    [
      "a request, also with the id 0, which is Codex's first",
      '{"method":"item/tool/call","id":0,"params":{}}',
      { type: "request", id: 0, method: "item/tool/call", params: {} },
    ],
    [
      "a response, also of null",
      '{"id":"a","result":null,"error":null}',
      { type: "response", id: "a", result: null },
    ],
    [
      "a refusal, with all that it says",
      '{"id":2,"error":{"code":-32600,"message":"Not initialized","data":{"a":1}}}',
      {
        type: "refusal",
        id: 2,
        error: { code: -32_600, message: "Not initialized", data: { a: 1 } },
      },
    ],
    [
      "a refusal also without a word",
      '{"id":2,"error":{"code":"x","data":null}}',
      { type: "refusal", id: 2, error: { message: "" } },
    ],
    ["unrecognized, of an id alone", '{"id":2}', { type: "unrecognized", raw: { id: 2 } }],
    [
      "unrecognized, of an answer to nobody",
      '{"id":null,"error":{"message":"?"}}',
      { type: "unrecognized", raw: { id: null, error: { message: "?" } } },
    ],
    ["unrecognized, of JSON that is no object", "[1]", { type: "unrecognized", raw: [1] }],
    [
      "malformed, of no JSON",
      "Segmentation fault",
      { type: "malformed", line: "Segmentation fault" },
    ],
    ["malformed, of nothing", "", { type: "malformed", line: "" }],
  ])("%s", (_, line, message) => {
    expect(parseServerMessage(line)).toEqual(message);
  });

  test("some message, whatever it is", () => {
    const field = fc.oneof(fc.jsonValue(), fc.nat(), fc.string());
    const message = fc.record(
      { id: field, method: field, params: field, result: field, error: field },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      message.map((value) => JSON.stringify(value)),
      fc.json(),
      fc.string(),
    );
    fc.assert(
      fc.property(line, (text) => {
        expect(parseServerMessage(text)).toHaveProperty("type");
      }),
      { numRuns: 500 },
    );
  });
});
