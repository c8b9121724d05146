import type { BatchReport, UnitFailure } from "@ktx/batch";
import { CliError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import {
  endOfThrown,
  openRecorder,
  type RunEventToAdd,
  type RunRecorder,
  withoutQuotes,
} from "./record-run.ts";

/** The end of a work of many units. */
export interface WorkEnd {
  readonly ended: BatchReport["ended"];
  /** The failure that ended it, or that of the first unit that failed; absent for none. */
  readonly failure?: UnitFailure | undefined;
  readonly next?: string | undefined;
  /** The number of units that failed. */
  readonly failed?: number | undefined;
  readonly tokens?: number | undefined;
}

export interface RecordedWork {
  readonly command: string;
  /** Texts of the user, which no event may hold. */
  readonly texts?: readonly (string | undefined)[];
  readonly io: Pick<CliIo, "env" | "signal">;
}

/**
 * Does a work of many units with a record of its beginning and its end. Bad input, which starts nothing, leaves no
 * record.
 *
 * @param work calls `begin` once it has begun.
 */
export async function recordWork<Report>(
  { command, texts = [], io }: RecordedWork,
  work: (begin: () => void) => Promise<Report>,
  endOf: (report: Report) => WorkEnd,
): Promise<Report> {
  await using recorder = openRecorder({ command, texts, env: io.env });
  let hasBegun = false;
  const begin = (): void => {
    if (!hasBegun) recorder.begin();
    hasBegun = true;
  };
  try {
    const report = await work(begin);
    recorder.add(endOfWork(endOf(report), recorder.clean));
    return report;
  } catch (error) {
    const isUsage = error instanceof CliError && error.parts.exitCode === exitCodes.usage;
    if (hasBegun || !isUsage) recorder.add(endOfThrown(error, io.signal, recorder.clean));
    throw error;
  }
}

function endOfWork(
  { ended, failure, next, failed = 0, tokens }: WorkEnd,
  clean: RunRecorder["clean"],
): RunEventToAdd {
  const outcome = outcomeOf(ended, failed);
  const told = failure ?? (outcome === "error" ? { kind: ended, message: "" } : undefined);
  return {
    type: "end",
    outcome,
    ...(told !== undefined &&
      outcome !== "interrupted" && {
        failure: {
          kind: told.kind,
          message: describe(withoutQuotes(told, clean), failed),
          ...(next !== undefined && { next: clean(next) }),
        },
      }),
    ...(tokens !== undefined && { tokens }),
  };
}

function outcomeOf(
  ended: WorkEnd["ended"],
  failed: number,
): Extract<RunEventToAdd, { type: "end" }>["outcome"] {
  switch (ended) {
    case "finished":
      return failed > 0 ? "error" : "done";
    case "budget":
    case "interrupted":
      return ended;
    case "limit":
    case "stopped":
    case "blocked":
      return "error";
    default:
      return ended satisfies never;
  }
}

function describe(message: string, failed: number): string {
  if (failed === 0) return message === "" ? "It ended before all units were done." : message;
  return `${failed} failed. The first one: ${message}`;
}
