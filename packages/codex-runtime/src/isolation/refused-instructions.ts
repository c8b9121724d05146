import { classifyFacts, type ThreadEvent } from "@ktx/codex-events";
import type { RuntimeWarning } from "../values/runtime-warning.ts";

/**
 * Whether the service refused the request for the instructions in it. The backend of ChatGPT plans is
 * known to answer `400 {"detail":"Instructions are not valid"}` to others than Codex's own; a 400 is
 * not tried again, so the first event that says so decides.
 */
export function refusesInstructions(event: ThreadEvent): boolean {
  if (event.type !== "error" && event.type !== "turn.failed") return false;
  const { message: text, info } = event.type === "error" ? event : event.error;
  const { kind, message } = classifyFacts({ text, ...(info !== undefined && { info }) });
  return (kind === "invalid-request" || kind === "unknown") && refusal.test(message);
}

const refusal =
  /\binstructions\b.{0,40}\b(?:not (?:valid|allowed|supported|permitted)|invalid)\b|\binvalid instructions\b/i;

/** Whether the model has done anything yet; from then on a turn is not repeated. */
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

/** The warning that the run was repeated. Pure. */
export function describeRefusal(model: string): RuntimeWarning {
  return {
    kind: "stock-instructions",
    message:
      `The service accepts no base instructions but Codex's own for ${model}: the run was repeated with those, ` +
      "and later ones of this runtime begin with them. They add about 21 KB to each request.",
    model,
  };
}
