import type { ChildProcess } from "node:child_process";
import { type EndingLadder, OwnedProcess } from "@ktx/child-process";
import { RedactedTail, type Redactor } from "@ktx/redact";
import { AnnouncedRetries, type OnRetry } from "@ktx/codex-home";

export interface OwnCodexInput {
  readonly ladder?: EndingLadder;
  /** Removes secrets from Codex's standard error. */
  readonly redactor: Redactor;
  /** Called with the milliseconds of each wait that Codex announces there. */
  readonly onRetry: OnRetry;
}

/** The handle of a Codex process, which ends with its descendants. */
export function ownCodex(
  child: ChildProcess,
  { ladder, redactor, onRetry }: OwnCodexInput,
): OwnedProcess {
  const retries = new AnnouncedRetries(onRetry);
  return new OwnedProcess(child, {
    ...(ladder && { ladder }),
    tail: new RedactedTail(stderrTailLimit, redactor),
    onStderr: (chunk) => retries.push(chunk),
  });
}

/** In characters. */
const stderrTailLimit = 4_096;
