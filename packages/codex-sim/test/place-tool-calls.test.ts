import { expect, test } from "vitest";
import { placeToolCalls } from "../src/place-tool-calls.ts";
import { reply, text, toolCall } from "../src/index.ts";

function namespaceOf(tools: readonly string[], namespace?: string): string | undefined {
  const placed = placeToolCalls(reply([text("a"), toolCall("find", {}, { namespace })]), { tools });
  if (placed.type !== "stream") throw new Error("not a stream");
  const call = placed.items.find((item) => item.type === "tool-call");
  return call?.namespace;
}

test.each([
  ["in the namespace that offers the tool", ["exec", "mcp__ktx.find"], undefined, "mcp__ktx"],
  ["in none where the tool is offered in none", ["find", "mcp__ktx.find"], undefined, undefined],
  ["in none where two namespaces offer it", ["a.find", "b.find"], undefined, undefined],
  ["in none where nobody offers it", ["mcp__ktx.refind"], undefined, undefined],
  ["in the namespace that the script names", ["find"], "mcp__ktx", "mcp__ktx"],
])("a call is made %s", (_, tools, given, expected) => {
  expect(namespaceOf(tools, given)).toBe(expected);
});
