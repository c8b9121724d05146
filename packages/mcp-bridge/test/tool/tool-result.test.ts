import { expect, test } from "vitest";
import { callTool } from "../../src/index.ts";
import { contextWith, toolReturning } from "../builders.ts";

const context = contextWith(new AbortController().signal);

const layouts: readonly [name: string, output: unknown, result: unknown][] = [
  ["a string is the text", "# Found", { content: [{ type: "text", text: "# Found" }] }],
  [
    "a JSON object is fenced JSON and structured content",
    { n: 1, of: ["a"] },
    {
      content: [{ type: "text", text: '```json\n{"n":1,"of":["a"]}\n```' }],
      structuredContent: { n: 1, of: ["a"] },
    },
  ],
  ["an array is fenced JSON", [1, 2], { content: [{ type: "text", text: "```json\n[1,2]\n```" }] }],
  ["a number is fenced JSON", 0, { content: [{ type: "text", text: "```json\n0\n```" }] }],
  ["false is fenced JSON", false, { content: [{ type: "text", text: "```json\nfalse\n```" }] }],
  ["null is fenced JSON", null, { content: [{ type: "text", text: "```json\nnull\n```" }] }],
  [
    "markdown alone is the text",
    { markdown: "# Hi" },
    { content: [{ type: "text", text: "# Hi" }] },
  ],
  [
    "markdown and structured are one text, for structured content would hide the markdown",
    { markdown: "# Hi", structured: { n: 1 } },
    { content: [{ type: "text", text: '# Hi\n\n```json\n{"n":1}\n```' }] },
  ],
  [
    "an object that has a markdown among other keys is a JSON value",
    { markdown: "# Hi", title: "Hi" },
    {
      content: [{ type: "text", text: '```json\n{"markdown":"# Hi","title":"Hi"}\n```' }],
      structuredContent: { markdown: "# Hi", title: "Hi" },
    },
  ],
  [
    "content blocks of every type are passed on",
    {
      content: [
        { type: "text", text: "one" },
        { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" },
        { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
        { type: "resource_link", uri: "wiki://revenue", name: "Revenue" },
        { type: "resource", resource: { uri: "wiki://costs", text: "# Costs" } },
      ],
    },
    {
      content: [
        { type: "text", text: "one" },
        { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" },
        { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
        { type: "resource_link", uri: "wiki://revenue", name: "Revenue" },
        { type: "resource", resource: { uri: "wiki://costs", text: "# Costs" } },
      ],
    },
  ],
  [
    "content that is no list of blocks is a JSON value",
    { content: ["one"] },
    {
      content: [{ type: "text", text: '```json\n{"content":["one"]}\n```' }],
      structuredContent: { content: ["one"] },
    },
  ],
  [
    "a value that serialises itself is text only",
    new Date(0),
    { content: [{ type: "text", text: '```json\n"1970-01-01T00:00:00.000Z"\n```' }] },
  ],
  [
    "nothing is said to be nothing",
    undefined,
    { content: [{ type: "text", text: "(The tool returned nothing.)" }] },
  ],
  [
    "an object with a toJSON method is what that gives",
    { secret: 1, toJSON: () => ({ shown: 2 }) },
    {
      content: [{ type: "text", text: '```json\n{"shown":2}\n```' }],
      structuredContent: { shown: 2 },
    },
  ],
  [
    "an instance of a class is its properties",
    new (class Row {
      readonly id = 1;
      readonly at = new Date(0);
      readonly gone = undefined;
    })(),
    {
      content: [{ type: "text", text: '```json\n{"id":1,"at":"1970-01-01T00:00:00.000Z"}\n```' }],
      structuredContent: { id: 1, at: "1970-01-01T00:00:00.000Z" },
    },
  ],
  [
    "values that JSON writes in another way are what JSON writes",
    {
      ratio: Number.NaN,
      boxed: Object("text"),
      holes: Object.assign([undefined], { 2: 1 }),
      url: new URL("a:b"),
    },
    {
      content: [
        {
          type: "text",
          text: '```json\n{"ratio":null,"boxed":"text","holes":[null,null,1],"url":"a:b"}\n```',
        },
      ],
      structuredContent: { ratio: null, boxed: "text", holes: [null, null, 1], url: "a:b" },
    },
  ],
  [
    "a key named __proto__ is a key",
    JSON.parse('{"__proto__":{"polluted":true}}'),
    {
      content: [{ type: "text", text: '```json\n{"__proto__":{"polluted":true}}\n```' }],
      structuredContent: JSON.parse('{"__proto__":{"polluted":true}}'),
    },
  ],
  [
    "one object in two places is in both",
    ((shared) => ({ a: shared, b: [shared] }))({ n: 1 }),
    {
      content: [{ type: "text", text: '```json\n{"a":{"n":1},"b":[{"n":1}]}\n```' }],
      structuredContent: { a: { n: 1 }, b: [{ n: 1 }] },
    },
  ],
  [
    "a CallToolResult that is an error is one",
    { content: [{ type: "text", text: "no such page" }], isError: true },
    { content: [{ type: "text", text: "no such page" }], isError: true },
  ],
  [
    "a CallToolResult keeps its structured content, blocks and _meta",
    {
      content: [{ type: "text", text: "one", annotations: { audience: ["user"] } }],
      structuredContent: { n: 1 },
      isError: false,
      _meta: { "example.com/cost": 3 },
    },
    {
      content: [{ type: "text", text: "one", annotations: { audience: ["user"] } }],
      structuredContent: { n: 1 },
      isError: false,
      _meta: { "example.com/cost": 3 },
    },
  ],
  [
    "a CallToolResult may have no content",
    { content: [], isError: true },
    { content: [], isError: true },
  ],
  [
    "an object with isError among other keys is a JSON value",
    { content: [], isError: true, code: 7 },
    {
      content: [{ type: "text", text: '```json\n{"content":[],"isError":true,"code":7}\n```' }],
      structuredContent: { content: [], isError: true, code: 7 },
    },
  ],
  [
    "a CallToolResult that breaks its form is the tool's error",
    { content: [], structuredContent: "three" },
    {
      content: [
        {
          type: "text",
          text: expect.stringMatching(
            /^The tool returned an invalid CallToolResult:\n✖ Invalid input: expected record, received string\n {2}→ at structuredContent$/,
          ),
        },
      ],
      isError: true,
    },
  ],
  [
    "a value without JSON form is the tool's error",
    () => 1,
    {
      content: [
        {
          type: "text",
          text: "The value has no JSON form: $ is a function. Return its result, or leave it out.",
        },
      ],
      isError: true,
    },
  ],
  [
    "a BigInt is the tool's error",
    { n: 1n },
    {
      content: [
        {
          type: "text",
          text: "The value has no JSON form: $.n is a BigInt. Return String(value), or a number.",
        },
      ],
      isError: true,
    },
  ],
];

test.each(layouts)("%s", async (_name, output, result) => {
  expect(await callTool(toolReturning(output), {}, context)).toEqual(result);
});

test("a content block that breaks its own form is the tool's error", async () => {
  const image = { type: "image", data: "not base64!", mimeType: "image/png" };

  const result = await callTool(toolReturning({ content: [image] }), {}, context);

  expect(result).toEqual({
    content: [
      {
        type: "text",
        text: "The tool returned an invalid content block:\n✖ Invalid Base64 string\n  → at [0].data",
      },
    ],
    isError: true,
  });
});
