import { type Redact, redactValue } from "@ktx/redact";
import type { TurnSignal } from "./transport.ts";

/**
 * The signals of a turn, and what it throws, without secrets. The words of the model stay as they are: the
 * last of its messages is the answer.
 */
export async function* redactSignals(
  signals: AsyncIterable<TurnSignal>,
  redact: Redact,
): AsyncGenerator<TurnSignal, void> {
  try {
    for await (const signal of signals)
      yield isModels(signal) ? signal : redactValue(signal, redact);
  } catch (error) {
    throw redactValue(error, redact);
  }
}

function isModels(signal: TurnSignal): boolean {
  if (signal.type === "text-delta") return true;
  if (signal.type !== "event" || !("item" in signal.event)) return false;
  return signal.event.item.type === "agent_message";
}
