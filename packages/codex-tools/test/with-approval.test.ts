import {
  createToolHost,
  defineTool,
  resolveToolSet,
  type ToolCallToApprove,
  type ToolDecision,
} from "@ktx/mcp-bridge";
import { expect, test } from "vitest";
import { z } from "zod";
import { withApproval } from "../src/with-approval.ts";

const echo = defineTool({
  name: "echo",
  description: "Says it again.",
  inputSchema: z.object({ text: z.string() }),
  execute: ({ text }) => text,
});

async function call(own: ToolDecision | undefined, other: ToolDecision | undefined) {
  const asked: ToolCallToApprove["arguments"][] = [];
  const tools = withApproval({ echo: { ...echo, ...(own && { approve: () => own }) } }, () =>
    other === undefined
      ? undefined
      : (request) => {
          asked.push(request.arguments);
          return other;
        },
  );
  const host = createToolHost(resolveToolSet(tools));
  const { signal } = new AbortController();
  const context = { signal, progress: () => {}, log: () => {} };
  const { content } = await host.call("echo", { text: "a" }, context);
  return { asked, text: content[0]?.type === "text" ? content[0].text : undefined };
}

const deny: ToolDecision = { allow: false, reason: "No." };
const allow: ToolDecision = { allow: true };
const denied = "echo was not called. The call was denied: No.";

test.each<[string, ToolDecision | undefined, ToolDecision | undefined, string, object[]]>([
  ["nobody", undefined, undefined, "a", []],
  ["one who allows", undefined, allow, "a", [{ text: "a" }]],
  ["one who denies", undefined, deny, denied, [{ text: "a" }]],
  ["the tool itself, which denies", deny, allow, denied, []],
  ["the tool itself alone", { allow: true, arguments: { text: "b" } }, undefined, "b", []],
  [
    "the tool, whose arguments the other allows",
    { allow: true, arguments: { text: "b" } },
    allow,
    "b",
    [{ text: "b" }],
  ],
  [
    "both, with arguments of the other",
    { allow: true, arguments: { text: "b" } },
    { allow: true, arguments: { text: "c" } },
    "c",
    [{ text: "b" }],
  ],
])("a call is decided by %s", async (_, own, other, text, asked) => {
  expect(await call(own, other)).toEqual({ asked, text });
});

test.each<[string, unknown, unknown]>([
  ["the tool", undefined, allow],
  ["the tool, with something else", "yes", allow],
  ["the other", allow, undefined],
  [
    "the other, after the arguments of the tool",
    { allow: true, arguments: { text: "b" } },
    undefined,
  ],
])("a call does not run without a decision of %s", async (_, own, other) => {
  const ran: string[] = [];
  const tool = { ...echo, approve: () => own as ToolDecision, execute: () => ran.push("ran") };
  const tools = withApproval({ echo: tool }, () => () => other as ToolDecision);
  const host = createToolHost(resolveToolSet(tools));
  const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
  const result = await host.call("echo", { text: "a" }, context);
  expect(result.isError).toBe(true);
  expect(ran).toEqual([]);
});
