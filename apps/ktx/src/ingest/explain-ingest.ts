import type { BatchReport, UnitFailure } from "@ktx/batch";
import { MissingSourcesError, ProjectBusyError } from "@ktx/ingest";
import { WikiError } from "@ktx/wiki";
import { nextStep } from "../advice/next-step.ts";
import { explainStoreError } from "../store/open-shared-store.ts";
import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";

/** An error of an ingest, a scan or a review as one that a user can fix; any other value unchanged. */
export function explainIngestError(error: unknown): unknown {
  const refused = refusals.find(({ kind }) => error instanceof kind);
  if (error instanceof Error && refused !== undefined)
    return new CliError({ what: error.message, exitCode: refused.exitCode }, { cause: error });
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const next = nextSteps[code];
  if (!(error instanceof Error) || next === undefined) return explainStoreError(error);
  const what = `The state of the ingest, or a page, could not be read or written: ${error.message}`;
  return new CliError({ what, next, exitCode: exitCodes.failed }, { cause: error });
}

/** The errors whose message is whole: it says what to do next. */
const refusals = [
  { kind: ProjectBusyError, exitCode: exitCodes.failed },
  { kind: MissingSourcesError, exitCode: exitCodes.usage },
  { kind: WikiError, exitCode: exitCodes.failed },
] as const;

/** The fix for what ended a run before its units, as a sentence. */
export function nextOfBlocked({ kind }: UnitFailure): string {
  switch (kind) {
    case "auth":
    case "model-unavailable":
    case "codex-config":
    case "network":
      return `${nextStep({ kind })} ${goesOn}`;
    default:
      return `Correct it. ${goesOn}`;
  }
}

/** The next step of a run that was stopped before its end. */
export function goOn(ended: BatchReport["ended"]): string {
  const step = "Run the same command again: it goes on from here.";
  return ended === "limit" ? `${step} Or give it a longer --wait <minutes>.` : step;
}

const goesOn = "No unit has failed: the same command goes on from here.";
const again = "then run the command again: it goes on from there.";
const nextSteps: Readonly<Record<string, string>> = {
  ENOSPC: `Free some space, ${again}`,
  EDQUOT: `Free some space, ${again}`,
  EFBIG: `Raise the limit on the size of files, ${again}`,
  EACCES: `Correct the permissions of .ktx and wiki, ${again}`,
  EPERM: `Correct the permissions of .ktx and wiki, ${again}`,
  EROFS: `Make the project's folder writable, ${again}`,
  ENOTDIR: `Remove the file that stands in the place of a folder, ${again}`,
  EEXIST: `Remove the file that stands in the place of a folder, ${again}`,
  EISDIR: `Remove the folder that stands in the place of a file, ${again}`,
};
