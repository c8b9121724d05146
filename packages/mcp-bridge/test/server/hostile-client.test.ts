import { expect, test } from "vitest";
import { connectClient, startBridge } from "../builders.ts";
import {
  callMessage as call,
  initialize,
  inSession as session,
  openSession,
  type RawRequest,
  send,
} from "../raw-client.ts";

type Row = readonly [name: string, request: RawRequest, status: number];

const tooMuch = 4 * 1024 * 1024 + 1;
const refused: readonly Row[] = [
  ["no token", { headers: { Authorization: undefined } }, 401],
  ["a wrong token", { headers: { Authorization: "Bearer wrong" } }, 401],
  ["an empty token", { headers: { Authorization: "Bearer " } }, 401],
  ["a token of 8 KiB", { headers: { Authorization: `Bearer ${"x".repeat(8192)}` } }, 401],
  ["a basic login", { headers: { Authorization: "Basic a3R4Omt0eA==" } }, 401],
  ["two tokens", { headers: { Authorization: ["Bearer one", "Bearer two"] } }, 401],
  [
    "a token in the query only",
    { target: "/mcp?token=x", headers: { Authorization: undefined } },
    401,
  ],
  ["a foreign host", { headers: { Host: "evil.example" } }, 403],
  ["a foreign IPv6 host", { headers: { Host: "[2001:db8::1]:80" } }, 403],
  ["a host that contains localhost", { headers: { Host: "localhost.evil.example" } }, 403],
  ["no host", { headers: { Host: undefined } }, 403],
  ["two hosts", { headers: { Host: ["127.0.0.1", "127.0.0.1"] } }, 403],
  ["a foreign origin", { headers: { Origin: "https://evil.example" } }, 403],
  ["the origin null", { headers: { Origin: "null" } }, 403],
  [
    "a preflight of a foreign page",
    { method: "OPTIONS", headers: { Origin: "https://evil.example" } },
    403,
  ],
  ["another path", { target: "/" }, 404],
  ["the path with a slash behind", { target: "/mcp/" }, 404],
  ["an encoded path", { target: "/%6d%63%70" }, 404],
  ["a climbing path", { target: "/mcp/../mcp" }, 404],
  ["an absolute target", { target: "http://127.0.0.1/mcp" }, 404],
  ["a target of another host", { target: "http://evil.example/mcp" }, 404],
  ["a GET", { method: "GET", body: "" }, 405],
  ["a PUT", { method: "PUT" }, 405],
  ["a TRACE", { method: "TRACE" }, 405],
  ["a method that HTTP does not have", { method: "STEAL" }, 400],
  ["a form", { headers: { "Content-Type": "application/x-www-form-urlencoded" } }, 415],
  ["a text", { headers: { "Content-Type": "text/plain" } }, 415],
  ["no content type", { headers: { "Content-Type": undefined } }, 415],
  ["a compressed body", { headers: { "Content-Encoding": "gzip" } }, 415],
  ["a client that accepts HTML only", { headers: { Accept: "text/html" } }, 406],
  ["a body over the limit", { body: "x".repeat(tooMuch) }, 413],
  [
    "a body that says it is over the limit",
    { headers: { "Content-Length": String(tooMuch) } },
    413,
  ],
  ["a length that is no number", { headers: { "Content-Length": "many" } }, 400],
  ["two lengths", { headers: { "Content-Length": ["1", "2"] } }, 400],
  ["a length and chunks", { headers: { "Transfer-Encoding": "chunked" } }, 400],
  ["headers over the limit", { headers: { "X-Padding": "x".repeat(16 * 1024) } }, 431],
  ["a line break in a header", { headers: { "X-Line": "a\nb: c\r" } }, 400],
  ["an empty body", { body: "" }, 400],
  ["a truncated body", { body: initialize.slice(0, -2) }, 400],
  ["a body that is not UTF-8", { body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) }, 400],
  ["a body with a byte order mark alone", { body: Buffer.from([0xef, 0xbb, 0xbf]) }, 400],
  ["a bare string", { body: '"tools/list"' }, 400],
  ["null", { body: "null" }, 400],
  ["a number", { body: "42" }, 400],
  ["an empty object", { body: "{}" }, 400],
  ["another JSON-RPC version", { body: initialize.replace("2.0", "1.0") }, 400],
  ["an empty batch", { body: "[]" }, 400],
  ["a batch", { body: `[${initialize},${initialize}]` }, 400],
  ["a million nested lists", { body: `${"[".repeat(1e6)}${"]".repeat(1e6)}` }, 400],
  [
    "arguments nested 100,000 deep",
    { body: call(1, "deep").replace('"deep"', `${"[".repeat(1e5)}${"]".repeat(1e5)}`) },
    400,
  ],
  ["a call before initialize", { body: call(1) }, 400],
  [
    "an initialize without version",
    { body: '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}' },
    400,
  ],
  [
    "a session that does not exist",
    { headers: session("00000000-0000-4000-8000-000000000000"), body: call(1) },
    404,
  ],
  [
    "a session named like a property of objects",
    { headers: session("__proto__"), body: call(1) },
    404,
  ],
  ["two sessions", { headers: { "Mcp-Session-Id": ["a", "b"] }, body: call(1) }, 404],
  [
    "the end of a session that does not exist",
    { method: "DELETE", headers: session("x"), body: "" },
    404,
  ],
  ["the end of no session", { method: "DELETE", body: "" }, 400],
  [
    "a revision from the future",
    { headers: { ...session("x"), "Mcp-Protocol-Version": "2999-01-01" }, body: call(1) },
    400,
  ],
];

test.each(refused)(
  "%s is refused with a status, and an error that says how to ask, while the good client is served",
  async (_name, request, status) => {
    await using bridge = await startBridge();
    await using connection = await connectClient(bridge);

    const answer = await send(bridge, request);
    const result = await connection.client.callTool({ name: "greet", arguments: { who: "Ada" } });

    expect(answer.status).toBe(status);
    expect(messageOf(answer.body)).toMatch(/^[^]{20,}\.$/);
    expect(answer.body).not.toContain("greet");
    expect(result).toEqual({ content: [{ type: "text", text: "Hello, Ada!" }] });
  },
);

/** Node itself refuses what is no HTTP, with a status alone. */
function messageOf(body: string): string {
  return body === "" ? "Refused by Node without a body." : String(JSON.parse(body).error.message);
}

test.each([
  ["no token", { headers: { Authorization: undefined } }, null, -32_000, /Authorization: Bearer/],
  ["a foreign host", { headers: { Host: "evil.example" } }, null, -32_000, /127\.0\.0\.1/],
  ["a body that is cut", { body: initialize.slice(0, -2) }, null, -32_700, /not JSON/],
  ["a batch", { body: `[${initialize}]` }, null, -32_600, /Send each message by itself/],
  ["another version", { body: initialize.replace("2.0", "1.0") }, 0, -32_600, /"jsonrpc": "2\.0"/],
  ["null", { body: "null" }, null, -32_600, /got null/],
  ["a call before initialize", { body: call(1) }, 1, -32_000, /Mcp-Session-Id/],
  ["a session that has ended", { headers: session("x"), body: call(1) }, 1, -32_000, /has ended/],
] as const)("%s gets the next step", async (_name, request, id, code, message) => {
  await using bridge = await startBridge();
  const { body } = await send(bridge, request);
  const error = { code, message: expect.stringMatching(message) };
  expect(JSON.parse(body)).toEqual({ jsonrpc: "2.0", id, error });
});

/** Requests that belong to an open session, and what the server says to them. */
const answered: readonly [name: string, body: string, answer: unknown][] = [
  [
    "a method that MCP does not have",
    '{"jsonrpc":"2.0","id":7,"method":"shell/exec"}',
    { code: -32601, message: "Method not found" },
  ],
  [
    "a call of a tool that does not exist",
    call(7).replace("greet", "rm"),
    'There is no tool "rm". The tools are: greet.',
  ],
  [
    "a call of a tool named like a property of objects",
    call(7).replace("greet", "__proto__"),
    'There is no tool "__proto__". The tools are: greet.',
  ],
  [
    "a call without arguments",
    call(7, {}),
    expect.stringContaining("expected string, received undefined"),
  ],
  [
    "arguments that would pollute the prototype",
    call(7, { who: "Ada" }).replace('"who"', '"__proto__":{"polluted":true},"who"'),
    "Hello, Ada!",
  ],
];

test.each(answered)("%s is answered without harm", async (_name, body, expected) => {
  await using bridge = await startBridge();
  const sessionId = await openSession(bridge);

  const answer = await send(bridge, { headers: session(sessionId), body });
  const { result, error } = JSON.parse(answer.body);

  expect(answer.status).toBe(200);
  expect(error ?? result.content[0].text).toEqual(expected);
  expect(answer.body).not.toMatch(/\.ts:|\bat .*\(/);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect("polluted" in {}).toBe(false);
});
