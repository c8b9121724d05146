import type { ChildProcess } from "node:child_process";
import { type EndingLadder, OwnedProcess } from "@ktx/child-process";
import { RedactedTail, type Redactor } from "@ktx/redact";
import { AnnouncedRetries, type OnRetry } from "@ktx/codex-home";

export interface OwnCodexInput {
  readonly ladder?: EndingLadder;
  /** Takes secrets out of what Codex writes to standard error. */
  readonly redactor: Redactor;
  /** Called where Codex says there how many milliseconds it waits before its next request. */
  readonly onRetry: OnRetry;
}

/** A process of Codex as one that is ended with all that it has started. */
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
