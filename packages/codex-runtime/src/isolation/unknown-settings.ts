import type { ThreadEvent } from "@ktx/codex-events";
import { ignoredSettings } from "@ktx/codex-home";
import type { RuntimeWarning } from "../values/runtime-warning.ts";

/** The settings of ktx that this event says are ignored. */
export function findUnknownSettings(event: ThreadEvent): readonly string[] {
  const isError = event.type === "item.completed" && event.item.type === "error";
  return isError ? ignoredSettings(event.item.message) : [];
}

/** The warning about them, for a person. Pure. */
export function describeUnknownSettings(
  settings: readonly string[],
  codexVersion: string | null,
): RuntimeWarning {
  const keys = settings.map((key) => `\`${key}\``).join(", ");
  return {
    kind: "unknown-settings",
    message:
      `This Codex${codexVersion === null ? "" : ` (${codexVersion})`} does not know ${keys}, so ` +
      "inputs that the setting keeps out may reach the model. Use the Codex that @openai/codex-sdk brings, or update ktx.",
    settings,
    ...(codexVersion !== null && { codexVersion }),
  };
}
