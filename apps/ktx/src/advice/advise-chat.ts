import type { FailureKind } from "@ktx/codex-events";
import type { AdviceScene } from "./next-step.ts";

/**
 * The next step in an open chat, where the general one names what only the begin of a command can change; undefined
 * where the general one holds. Pure.
 */
export function adviseChat(
  kind: FailureKind,
  { endpoint }: Pick<AdviceScene, "endpoint">,
): string | undefined {
  switch (kind) {
    case "rate-limit":
      return "Wait a moment, then send the prompt again.";
    case "timeout":
      return "Send a smaller task, or start the chat with a longer --timeout <seconds>.";
    case "context-length":
      return "Send less: a shorter prompt, smaller tool results, or a new chat.";
    case "model-unavailable":
      return endpoint === undefined
        ? "Choose an available model with /model <name>; `ktx models` lists them."
        : "Choose a model that the endpoint serves with /model <name>.";
    default:
      return undefined;
  }
}
