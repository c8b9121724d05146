import { ktx } from "@ktx/ai-sdk-provider";
import { convertToModelMessages, streamText, type UIMessage } from "ai";

/** The route that `useChat` of a page calls: `app/api/chat/route.ts` in Next.js. */
export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: UIMessage[] };
  const result = streamText({
    model: ktx("gpt-5.5"),
    instructions: "You are a helpful assistant.",
    messages: await convertToModelMessages(messages),
    abortSignal: request.signal,
  });
  return result.toUIMessageStreamResponse();
}
