import type { ThreadEvent } from "@ktx/codex-events";
import type { RuntimeWarning } from "../values/runtime-warning.ts";

/**
 * The settings of ktx that Codex ignores, as dotted keys; empty for every other event. Codex reports them
 * twice a run, as a warning (recorded on 0.163.0):
 *
 *     Codex is ignoring 1 unrecognized configuration setting. …
 *       session-flags: `features.goals` is ignored.
 */
export function findUnknownSettings(event: ThreadEvent): readonly string[] {
  if (event.type !== "item.completed" || event.item.type !== "error") return [];
  const { message } = event.item;
  if (!/^Codex is ignoring \d+ unrecognized configuration/.test(message)) return [];
  return Array.from(
    message.matchAll(/session-flags: `([^`]+)` is ignored/g),
    ([, key = ""]) => key,
  );
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
