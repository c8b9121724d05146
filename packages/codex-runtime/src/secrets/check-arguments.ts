import { buildFailure } from "@ktx/codex-events";
import { CodexError } from "../values/codex-error.ts";
import type { Redactor } from "@ktx/redact";

/**
 * Checks that what Codex gets on its command line holds no secret: every program of this machine can read that.
 *
 * @param values What goes there, each under the name by which a message tells it.
 * @throws {CodexError} of kind `codex-config`, which shows nothing of the secret.
 */
export function checkArguments(
  values: Readonly<Record<string, unknown>>,
  redactor: Redactor,
): void {
  const holder = Object.keys(values).find((name) => {
    const text = JSON.stringify(values[name]);
    return text !== undefined && redactor.knows(text);
  });
  if (holder === undefined) return;
  const message =
    `Expected no API key, token or password in ${redactor.redact(holder)}, got one. It would be on the command line ` +
    "of Codex, where other programs can read it. Keep it in its environment variable.";
  throw new CodexError(buildFailure({ kind: "codex-config", message }));
}
