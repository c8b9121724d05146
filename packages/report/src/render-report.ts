import { RecordingError } from "@ktx/recording";
import { ingestPage } from "./ingest/ingest-page.ts";
import { readIngest } from "./ingest/read-ingest.ts";
import { readRun } from "./run/read-run.ts";
import { redactLines } from "./redact-lines.ts";
import { runPage } from "./run/run-page.ts";

/** A text that no report can be made of. The message gives what was expected, what came, and the next step. */
export class ReportError extends Error {
  override readonly name = "ReportError";
}

/**
 * One self-contained HTML page of a recorded run (`ktx run --record`), or of the events of an ingest
 * (`ktx ingest --json`), without secrets. Pure: the same text gives the same page.
 *
 * @throws {ReportError} for any other text.
 */
export function renderReport(lines: string): string {
  const text = redactLines(lines);
  const ingest = isRecording(text) ? undefined : readIngest(text);
  if (ingest !== undefined) return ingestPage(ingest);
  try {
    return runPage(readRun(text));
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    throw new ReportError(
      isRecording(text)
        ? error.message
        : "Expected a recording or the events of an ingest, got another text. Make one with `ktx run --record <file>` or `ktx ingest --json`.",
      { cause: error },
    );
  }
}

/** By the first line, which names the format. */
function isRecording(text: string): boolean {
  const [first = ""] = text.split("\n", 1);
  try {
    const header: unknown = JSON.parse(first);
    return (
      typeof header === "object" &&
      header !== null &&
      "type" in header &&
      header.type === "recording"
    );
  } catch {
    return false;
  }
}
