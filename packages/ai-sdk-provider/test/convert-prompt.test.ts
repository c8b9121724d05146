import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { convertPrompt } from "../src/convert-prompt.ts";

const image = { type: "data", data: "aGVsbG8=" } as const;

test("the last user message is the turn, and what was said before is its history", () => {
  const messages: LanguageModelV4Prompt = [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text: "Weather?" }] },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "A city is needed." },
        { type: "text", text: "I look." },
        { type: "tool-call", toolCallId: "1", toolName: "weather", input: { city: "Oslo" } },
        { type: "tool-call", toolCallId: "2", toolName: "weather", input: { city: "Rome" } },
      ],
    },
    {
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: "1",
          toolName: "weather",
          output: { type: "json", value: { rain: true } },
        },
      ],
    },
    { role: "user", content: [{ type: "text", text: "And now?" }] },
  ];
  expect(convertPrompt(messages)).toEqual({
    system: "Be brief.",
    history: [
      { type: "message", role: "user", text: "Weather?" },
      { type: "message", role: "assistant", text: "I look." },
      { type: "tool-call", tool: "weather", arguments: { city: "Oslo" }, result: '{"rain":true}' },
      {
        type: "tool-call",
        tool: "weather",
        arguments: { city: "Rome" },
        result: "The call was not answered.",
      },
    ],
    prompt: "And now?",
    images: [],
    unsupported: [],
  });
});

test("images stand under a number where they were said, those of results too", () => {
  const { history, prompt, images } = convertPrompt([
    { role: "user", content: [{ type: "file", mediaType: "image/png", data: image }] },
    {
      role: "assistant",
      content: [{ type: "tool-call", toolCallId: "1", toolName: "draw", input: {} }],
    },
    {
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: "1",
          toolName: "draw",
          output: {
            type: "content",
            value: [
              { type: "text", text: "Drawn:" },
              { type: "file", mediaType: "image/png", data: image },
            ],
          },
        },
      ],
    },
    {
      role: "user",
      content: [
        { type: "text", text: "Compare with" },
        { type: "file", mediaType: "image", data: image },
      ],
    },
  ]);
  expect(images).toHaveLength(3);
  expect(JSON.stringify([history, prompt])).toMatch(
    /\[image \d\].*Drawn:\\n\[image \d\].*Compare with\\n\[image \d\]/,
  );
});

test("a file that Codex cannot take is named once, and a text is read", () => {
  const pdf = { type: "file", mediaType: "application/pdf", data: image } as const;
  const note = {
    type: "file",
    mediaType: "text/plain",
    data: { type: "text", text: "Hi." },
  } as const;
  const { prompt, unsupported } = convertPrompt([{ role: "user", content: [pdf, note, pdf] }]);
  expect(prompt).toBe("Hi.");
  expect(unsupported).toEqual(["file of type application/pdf"]);
});

test("a result belongs to the latest call of its id, and one without a call is named", () => {
  const call = (city: string): LanguageModelV4Message => ({
    role: "assistant",
    content: [{ type: "tool-call", toolCallId: "1", toolName: "weather", input: { city } }],
  });
  const answer = (toolCallId: string, value: string): LanguageModelV4Message => ({
    role: "tool",
    content: [
      { type: "tool-result", toolCallId, toolName: "weather", output: { type: "text", value } },
    ],
  });
  const { history, unsupported } = convertPrompt([
    answer("1", "Early."),
    call("Oslo"),
    answer("1", "Rain."),
    call("Rome"),
    answer("1", "Sun."),
    answer("2", "Lost."),
  ]);
  expect(history).toMatchObject([
    { arguments: { city: "Oslo" }, result: "Rain." },
    { arguments: { city: "Rome" }, result: "Sun." },
  ]);
  expect(unsupported).toEqual(["tool result without its call"]);
});
