import { DefaultChatTransport, readUIMessageStream } from "ai";
import { POST } from "../examples/chat-route.ts";

/** A page that asks the route of the example, by the transport of `useChat`. */
const transport = new DefaultChatTransport({
  api: "http://localhost/api/chat",
  fetch: (url, init) => POST(new Request(url, init)),
});
const stream = await transport.sendMessages({
  chatId: "1",
  messageId: undefined,
  trigger: "submit-message",
  messages: [{ id: "1", role: "user", parts: [{ type: "text", text: "Hi." }] }],
  abortSignal: undefined,
});
let count = 0;
let last = "";
for await (const { parts } of readUIMessageStream({ stream })) {
  count += 1;
  last = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
console.log(last);
console.log(count > 3);
