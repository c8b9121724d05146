import type { ChildProcess } from "node:child_process";
import { type EndingLadder, OwnedProcess } from "@ktx/child-process";
import { RedactedTail, type Redactor } from "@ktx/redact";
import { AnnouncedWaits, type OnWait } from "@ktx/codex-home";
import { QuietTail } from "./quiet-tail.ts";

export interface OwnCodexInput {
  readonly ladder?: EndingLadder;
  /** Removes secrets from Codex's standard error. */
  readonly redactor: Redactor;
  /** Called with each wait that Codex announces there. */
  readonly onWait: OnWait;
}

/** The handle of a Codex process, which ends with its descendants. */
export function ownCodex(
  child: ChildProcess,
  { ladder, redactor, onWait }: OwnCodexInput,
): OwnedProcess {
  const waits = new AnnouncedWaits(onWait);
  return new OwnedProcess(child, {
    ...(ladder && { ladder }),
    tail: new QuietTail(new RedactedTail(stderrTailLimit, redactor)),
    onStderr: (chunk) => waits.push(chunk),
  });
}

/** In characters. */
const stderrTailLimit = 4_096;
