import type { UnitFailure } from "@ktx/batch";
import type { IngestEvent, IngestReport, ScanReport } from "@ktx/ingest";
import { explained } from "../agent/explained.ts";
import type { CliIo } from "../cli-io.ts";
import { recordWork, type WorkEnd } from "../logs/record-work.ts";
import { remember, type RememberInput, type RememberResult } from "./remember.ts";
import { type IngestResult, runSharedIngest, type SharedIngestInput } from "./run-ingest.ts";
import { runScan, type ScanInput } from "./run-scan.ts";

/** The commands over an ingest, each with a record in `ktx logs`. Their errors are those for a user. */

export function recordedIngest(input: SharedIngestInput, io: CliIo): Promise<IngestResult> {
  return recordWork(
    { command: "ingest", io },
    (begin) => explained(runSharedIngest({ ...input, ...hearing(input, begin) }, io)),
    endOfIngest,
  );
}

export function recordedRemember(input: RememberInput, io: CliIo): Promise<RememberResult> {
  return recordWork(
    { command: "remember", texts: [input.text], io },
    (begin) => explained(remember({ ...input, ...hearing(input, begin) }, io)),
    (result) => (result.kind === "page" ? { ended: "finished" } : endOfIngest(result.report)),
  );
}

export function recordedScan(input: ScanInput, io: CliIo): Promise<ScanReport> {
  return recordWork(
    { command: "scan", io },
    (begin) => explained(runScan({ ...input, ...hearing(input, begin) }, io)),
    ({ ended, blocked, failures, open, tokens }) => ({
      ended: endedWith(ended, open),
      failure: failureOf(blocked, failures),
      failed: failures.length,
      tokens,
    }),
  );
}

/** The first event begins the record. */
function hearing(
  { onEvent }: { readonly onEvent: (event: IngestEvent) => void },
  begin: () => void,
): { readonly onEvent: (event: IngestEvent) => void } {
  return {
    onEvent: (event) => {
      begin();
      onEvent(event);
    },
  };
}

function endOfIngest({ ended, blocked, failures, units, tokens }: IngestReport): WorkEnd {
  return {
    ended: endedWith(ended, units.open),
    failure: failureOf(blocked, failures),
    failed: units.failed,
    tokens,
  };
}

/** A run of failed units alone leaves those that never ran. */
function endedWith(ended: WorkEnd["ended"], open: number): WorkEnd["ended"] {
  return ended === "finished" && open > 0 ? "stopped" : ended;
}

/** Failures of Codex and its service. Others may quote a source. */
const unquoting: ReadonlySet<string> = new Set([
  "auth",
  "codex-config",
  "model-unavailable",
  "network",
  "process",
  "rate-limit",
  "timeout",
  "usage-limit",
]);

function failureOf(
  blocked: UnitFailure | undefined,
  failures: readonly { readonly failure: UnitFailure }[],
): UnitFailure | undefined {
  const failure = blocked ?? failures[0]?.failure;
  if (failure === undefined || unquoting.has(failure.kind)) return failure;
  return { kind: failure.kind, message: "The message is left out, since it may quote a source." };
}
