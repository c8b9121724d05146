import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSimRequest, type SimRequest } from "../src/sim-request.ts";

const head = { index: 0, method: "POST", path: "/v1/responses", headers: {} };

function parse(body: unknown): SimRequest {
  return parseText(JSON.stringify(body));
}

function parseText(text: string): SimRequest {
  return parseSimRequest(head, { ok: true, text }, Buffer.byteLength(text));
}

test("a request of which nothing is known reads as an empty one", () => {
  expect(parse({})).toEqual({
    ...head,
    body: {},
    bytes: 2,
    tools: [],
    userText: "",
    prompt: "",
    images: [],
    toolOutputs: [],
  });
});

test("a body that could not be decoded is absent, with the reason", () => {
  const decoded = { ok: false, reason: "no decoder" } as const;
  expect(parseSimRequest(head, decoded, 7)).toMatchObject({
    body: undefined,
    undecoded: "no decoder",
    bytes: 7,
  });
});

test("a tool is named as the model calls it, wherever it is listed", () => {
  const wiki = {
    type: "namespace",
    name: "mcp__ktx",
    tools: [
      { type: "function", name: "wiki_search" },
      { type: "function", name: "wiki_read" },
    ],
  };
  const { tools } = parse({
    tools: [{ type: "function", name: "exec_command" }, { type: "web_search" }, {}, 5],
    input: [{ type: "additional_tools", role: "developer", tools: [wiki] }],
  });
  expect(tools).toEqual([
    "exec_command",
    "web_search",
    "?",
    "mcp__ktx.wiki_search",
    "mcp__ktx.wiki_read",
  ]);
});

describe("texts", () => {
  const message = (role: string, ...texts: readonly string[]) => ({
    type: "message",
    role,
    content: texts.map((text) => ({ type: "input_text", text })),
  });

  test("are kept apart: those of the user, and those of anybody else who instructs the model", () => {
    const { userText, prompt, instructions } = parse({
      instructions: "base",
      input: [
        message("system", "system"),
        message("developer", "developer"),
        message("user", "one", "two"),
        message("assistant", "an answer"),
        message("user", "three"),
      ],
    });
    expect({ userText, prompt, instructions }).toEqual({
      userText: "one\ntwo\nthree",
      prompt: "three",
      instructions: "base\nsystem\ndeveloper",
    });
  });

  test("may be given as a plain string", () => {
    expect(parse({ input: "hi" }).userText).toBe("hi");
    expect(parse({ input: [{ role: "user", content: "hi" }] }).userText).toBe("hi");
  });
});

test("tool outputs are read as text: strings, text parts, images as a word, and anything else as JSON", () => {
  const image = { type: "input_image", image_url: "data:," };
  const { toolOutputs } = parse({
    input: [
      { type: "function_call_output", call_id: "a", output: "plain" },
      { type: "function_call_output", call_id: "b", output: [{ text: "one" }, image] },
      { type: "custom_tool_call_output", output: { ok: true } },
      { type: "function_call", call_id: "a" },
    ],
  });
  expect(toolOutputs).toEqual([
    { callId: "a", output: "plain" },
    { callId: "b", output: "one\n(image)" },
    { callId: "", output: '{"ok":true}' },
  ]);
});

test("images are read from the user's messages and from tool results, in their order", () => {
  const image = (type: string, data: string): object => ({
    type: "input_image",
    image_url: `data:${type};base64,${data}`,
  });
  const { images, userText } = parse({
    input: [
      { role: "user", content: [{ text: "look" }, image("image/png", "AQID")] },
      { role: "developer", content: [image("image/png", "AAAA")] },
      { type: "function_call_output", output: [image("image/webp", "BAU=")] },
      { role: "user", content: [{ type: "input_image", image_url: "https://example.com/a.png" }] },
    ],
  });
  expect(images).toEqual([
    { from: "user", mediaType: "image/png", bytes: Buffer.from([1, 2, 3]) },
    { from: "tool", mediaType: "image/webp", bytes: Buffer.from([4, 5]) },
  ]);
  expect(userText).toBe("look\n(image)\n(image)");
});

test("the schema of the answer is read from text.format", () => {
  const schema = { type: "object" };
  expect(parse({ text: { format: { type: "json_schema", schema } } }).outputSchema).toEqual(schema);
});

test("no body is too odd to be read", () => {
  const keys = ["model", "instructions", "input", "text", "format", "tools", "type", "content"];
  const odd = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("additional_tools", "namespace", "function_call_output", "user"),
      fc.jsonValue(),
      fc.array(tie("value")),
      fc.dictionary(fc.constantFrom(...keys, "role", "output", "name"), tie("value")),
    ),
  })).value;
  fc.assert(
    fc.property(odd, (body) => {
      expect(parse(body).body).toEqual(JSON.parse(JSON.stringify(body)));
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseText(text).bytes).toBe(Buffer.byteLength(text));
    }),
  );
});
