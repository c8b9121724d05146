import { expect, test } from "vitest";
import { summarizeTurn, type ToolFailure } from "../src/index.ts";
import { fold, toolCall } from "./events.ts";

const noReason = "The tool call failed without a reason.";

test("`error: null` on a completed call is success", () => {
  expect(failuresOf(toolCall({ error: null, status: "completed" }))).toEqual([]);
});

test.each<[string, object, string]>([
  [
    "in `error.message`",
    { status: "failed", result: null, error: { message: "timed out" } },
    "timed out",
  ],
  [
    "in the text of the result, while `error` is null",
    {
      status: "failed",
      error: null,
      result: {
        content: [
          { type: "text", text: "denied" },
          { type: "image", data: "" },
          { type: "text", text: "by policy" },
        ],
      },
    },
    "denied\nby policy",
  ],
  [
    "in the structured result, when there is no text",
    { status: "failed", result: { content: [], structured_content: { code: "E_NO" } } },
    '{"code":"E_NO"}',
  ],
  [
    "in a populated error, whatever the status says",
    { status: "completed", error: { message: "no" } },
    "no",
  ],
  ["nowhere", { status: "failed", result: null, error: null }, noReason],
])("the reason of a failed call is found %s", (_, fields, message) => {
  expect(failuresOf(toolCall(fields))).toEqual([
    { server: "ktx", tool: "wiki_search", message, recovered: false },
  ]);
});

test("a reason nested too deep to be written is left out", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  const call = toolCall({ status: "failed", result: { content: [], structured_content: deep } });
  expect(failuresOf(call)).toEqual([
    { server: "ktx", tool: "wiki_search", message: noReason, recovered: false },
  ]);
});

function failuresOf(call: object): readonly ToolFailure[] {
  return summarizeTurn(fold(call)).toolFailures;
}
