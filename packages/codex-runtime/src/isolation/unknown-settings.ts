import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ThreadEvent } from "@ktx/codex-events";
import type { RuntimeWarning } from "../runtime-warning.ts";

/**
 * The settings of ours that Codex says it takes no notice of, as dotted keys; empty for every other
 * event. Codex says it twice a run, as a warning (recorded on 0.163.0):
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
  codexVersion: string | undefined,
): RuntimeWarning {
  const keys = settings.map((key) => `\`${key}\``).join(", ");
  return {
    kind: "unknown-settings",
    message:
      `This Codex${codexVersion === undefined ? "" : ` (${codexVersion})`} no longer knows ${keys}: ` +
      "what the setting was to stop may reach the model. Use the Codex that @openai/codex-sdk brings, or update ktx.",
    settings,
    ...(codexVersion !== undefined && { codexVersion }),
  };
}

/** The version that a Codex binary gives, or undefined when it gives none. */
export async function readCodexVersion(
  codexPath: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)(codexPath, ["--version"], {
    env,
    timeout: 5_000,
  }).catch(() => ({ stdout: "" }));
  return /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
}
