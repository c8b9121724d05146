import { redactValue } from "./redact-value.ts";
import type { Redact } from "./redactor.ts";

/**
 * The events of a stream, and what it throws, without secrets. To be read before any text of them is cut. The
 * model's messages stay as they are: the last of them is the answer.
 */
export async function* redactEvents(
  events: AsyncIterable<unknown>,
  redact: Redact,
): AsyncGenerator<unknown, void> {
  try {
    for await (const event of events) yield isModels(event) ? event : redactValue(event, redact);
  } catch (error) {
    throw redactValue(error, redact);
  }
}

/** `{ item: { type: "agent_message" } }` */
function isModels(event: unknown): boolean {
  if (typeof event !== "object" || event === null || !("item" in event)) return false;
  const { item } = event;
  return (
    typeof item === "object" && item !== null && "type" in item && item.type === "agent_message"
  );
}
