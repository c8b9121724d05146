import { ktx } from "@ktx/ai-sdk-provider";
import { convertToModelMessages, isStepCount, streamText, tool, type UIMessage } from "ai";
import { z } from "zod";

const tools = {
  findOrder: tool({
    description: "The latest order of a customer.",
    inputSchema: z.object({ customer: z.string() }),
    execute: ({ customer }) => ({ customer, order: 17, euros: 160 }),
  }),
  refund: tool({
    description: "Refunds an order.",
    inputSchema: z.object({ order: z.number() }),
    needsApproval: true,
    execute: ({ order }) => `Order ${order} is refunded.`,
  }),
};

/** A refund waits until the user of the page has agreed to it. */
export async function POST(request: Request): Promise<Response> {
  const { messages } = (await request.json()) as { messages: UIMessage[] };
  const result = streamText({
    model: ktx("gpt-5.5"),
    instructions: "You help customers with their orders.",
    tools,
    stopWhen: isStepCount(8),
    messages: await convertToModelMessages(messages),
    abortSignal: request.signal,
  });
  return result.toUIMessageStreamResponse({ originalMessages: messages });
}
