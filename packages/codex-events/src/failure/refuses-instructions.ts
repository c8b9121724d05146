import { classifyFacts } from "./classify-failure.ts";
import type { ThreadEvent } from "../thread-event.ts";

/**
 * True when the service refused the request because of its instructions. The backend of ChatGPT plans answers
 * `400 {"detail":"Instructions are not valid"}` to instructions other than Codex's own; a 400 is not retried, so
 * the first such event decides.
 */
export function refusesInstructions(event: ThreadEvent): boolean {
  if (event.type !== "error" && event.type !== "turn.failed") return false;
  const { message: text, info } = event.type === "error" ? event : event.error;
  const { kind, message } = classifyFacts({ text, ...(info !== undefined && { info }) });
  return (kind === "invalid-request" || kind === "unknown") && refusal.test(message);
}

const refusal =
  /\binstructions\b.{0,40}\b(?:not (?:valid|allowed|supported|permitted)|invalid)\b|\binvalid instructions\b/i;

/** True once the model has done anything; from then on the turn is not repeated. */
export function isModelsDoing(event: ThreadEvent): boolean {
  switch (event.type) {
    case "item.started":
    case "item.updated":
    case "item.completed":
      return event.item.type !== "error";
    default:
      return false;
  }
}
