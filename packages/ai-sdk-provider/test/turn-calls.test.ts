import { defineTool } from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import type { DescribedOutput } from "../src/tool-output.ts";
import { TurnCalls } from "../src/turn-calls.ts";

const weather = defineTool({
  name: "weather",
  description: "The weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: () => "",
});

const described = (text: string): DescribedOutput => ({ text, images: [], isError: false });

test("the calls of a response are handed out together and in their order, whichever Codex makes first", () => {
  const calls = new TurnCalls({ weather });
  const answers: Record<string, string> = {};
  const make = (id: string, city: string): void => {
    calls.announce(id);
    calls.make({
      toolName: "weather",
      input: JSON.stringify({ city }),
      answer: ({ text }) => {
        answers[id] = text;
      },
    });
    calls.pair();
  };
  for (const [id, city] of [
    ["a", "A"],
    ["b", "B"],
    ["c", "C"],
  ] as const)
    calls.write({ id, tool: "weather", arguments: JSON.stringify({ city }) });
  make("b", "B");
  expect(calls.handOut()).toEqual([]);
  calls.complete();
  const handedOut = calls.handOut();
  expect(handedOut.map(({ input }) => input)).toEqual([
    '{"city":"A"}',
    '{"city":"B"}',
    '{"city":"C"}',
  ]);
  calls.answer(
    new Map(handedOut.map(({ toolCallId, input }) => [toolCallId, described(`Rain: ${input}`)])),
  );
  make("c", "C");
  make("a", "A");
  expect(answers).toEqual({
    a: 'Rain: {"city":"A"}',
    b: 'Rain: {"city":"B"}',
    c: 'Rain: {"city":"C"}',
  });
  expect(calls.handOut()).toEqual([]);
});
