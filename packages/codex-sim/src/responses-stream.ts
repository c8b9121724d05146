import { buildItemEvents, type OutputItem } from "./build-item-events.ts";
import type { SseEvent } from "./sim-item.ts";
import type { SimFinish, SimReply, SimUsage } from "./sim-reply.ts";

/** The steps on the connection, in order. */
export type StreamStep =
  | { readonly type: "send"; readonly chunk: string }
  | { readonly type: "wait"; readonly ms: number }
  | { readonly type: "cut" }
  | { readonly type: "end" }
  | { readonly type: "stall" };

/**
 * The steps that play a stream reply: the events of the Responses API as server-sent events, the
 * pauses between them, and the way it ends. `responseNumber` makes the ids of this response.
 *
 * Source of the event names and shapes: the OpenAI API reference, "Responses › Streaming events".
 */
export function* buildStream(
  reply: SimReply & { readonly type: "stream" },
  responseNumber: number,
  model: string,
): Generator<StreamStep> {
  const response = { id: `resp_${responseNumber}`, object: "response", model };
  const output: OutputItem[] = [];
  let index = 0;
  const send = (event: SseEvent): StreamStep => ({
    type: "send",
    chunk: `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  });
  const pause: StreamStep[] =
    reply.betweenItemsMs > 0 ? [{ type: "wait", ms: reply.betweenItemsMs }] : [];

  yield send({
    type: "response.created",
    response: { ...response, status: "in_progress", output: [] },
  });
  for (const item of reply.items) {
    yield* pause;
    const written = buildItemEvents(item, index, responseNumber);
    if (item.type !== "raw-event") index += 1;
    for (const event of written.events) yield send(event);
    if (written.item !== undefined) output.push(written.item);
  }
  yield* pause;
  const last = finishEvent(reply.finish, {
    ...response,
    output,
    usage: describeUsage(reply.usage),
    ...(reply.endTurn ? {} : { end_turn: false }),
  });
  if (last !== undefined) yield send(last);
  yield { type: reply.finish === "cut" || reply.finish === "stall" ? reply.finish : "end" };
}

function finishEvent(finish: SimFinish, response: OutputItem): SseEvent | undefined {
  if (finish === "completed")
    return { type: "response.completed", response: { ...response, status: "completed" } };
  if (typeof finish === "string") return undefined;
  if ("incomplete" in finish)
    return {
      type: "response.incomplete",
      response: {
        ...response,
        status: "incomplete",
        incomplete_details: { reason: finish.incomplete },
      },
    };
  return {
    type: "response.failed",
    response: { ...response, status: "failed", error: finish.failed },
  };
}

function describeUsage(usage: SimUsage | null): OutputItem | null {
  if (usage === null) return null;
  const { inputTokens = 10, cachedInputTokens = 2 } = usage;
  const { outputTokens = 5, reasoningOutputTokens = 1, cacheWriteInputTokens } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: cachedInputTokens,
      ...(cacheWriteInputTokens !== undefined && { cache_write_tokens: cacheWriteInputTokens }),
    },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningOutputTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
