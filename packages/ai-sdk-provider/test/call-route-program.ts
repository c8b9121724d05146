import { pathToFileURL } from "node:url";
import { DefaultChatTransport, isToolUIPart, readUIMessageStream, type UIMessage } from "ai";

/** A page that asks a route twice, by the transport of `useChat`. It prints what the user would see. */
const [, , file = "", ...questions] = process.argv;
const { POST } = (await import(pathToFileURL(file).href)) as {
  readonly POST: (request: Request) => Promise<Response>;
};
const transport = new DefaultChatTransport({
  api: "http://localhost/api/chat",
  fetch: (url, init) => POST(new Request(url, init)),
});
const messages: UIMessage[] = [];
for (const [index, text] of questions.entries()) {
  messages.push({ id: String(index), role: "user", parts: [{ type: "text", text }] });
  let count = 0;
  let last: UIMessage | undefined;
  for (let isDue = true; isDue; isDue = last !== undefined && asksForApproval(last)) {
    if (last !== undefined) {
      console.log("The user agrees.");
      last = { ...last, parts: last.parts.map(agree) };
      messages.push(last);
    }
    const stream = await transport.sendMessages({
      chatId: "1",
      messageId: undefined,
      trigger: "submit-message",
      messages,
      abortSignal: undefined,
    });
    const given = last === undefined ? {} : { message: last };
    for await (const message of readUIMessageStream({ stream, ...given })) {
      count += 1;
      last = message;
    }
    if (messages.at(-1)?.role === "assistant") messages.pop();
  }
  if (last === undefined) throw new Error("The route answered with no message.");
  messages.push(last);
  const shown = last.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const tools = last.parts.filter(({ type }) => type.startsWith("tool-")).length;
  console.log(`${shown.join("")} (${tools} calls, ${count > 3 ? "streamed" : "whole"})`);
}

function asksForApproval({ parts }: UIMessage): boolean {
  return parts.some((part) => isToolUIPart(part) && part.state === "approval-requested");
}

function agree(part: UIMessage["parts"][number]): UIMessage["parts"][number] {
  if (!isToolUIPart(part) || part.state !== "approval-requested") return part;
  return { ...part, state: "approval-responded", approval: { ...part.approval, approved: true } };
}
