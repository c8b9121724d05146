import type { CliIo } from "../cli-io.ts";
import type { RunEvent, RunFailure } from "./run-event.ts";
import { logsFolder, readRecords, type RunRecord } from "./run-records.ts";

/** The last runs; the object that `ktx logs --json` prints. Times are ISO texts. */
export interface LogsReport {
  readonly version: 1;
  readonly folder: string;
  /** The last one first. */
  readonly runs: readonly LoggedRun[];
  readonly lastFailure: (LoggedRun & { readonly failure: RunFailure }) | null;
}

export interface LoggedRun {
  readonly record: string;
  readonly at: string;
  readonly command: string;
  readonly model: string | null;
  /** `unfinished` for a run that is still running, or whose process was killed. */
  readonly outcome: EndEvent["outcome"] | "unfinished";
  readonly failure: RunFailure | null;
}

type EndEvent = Extract<RunEvent, { readonly type: "end" }>;

export async function readLogs({ env }: Pick<CliIo, "env">): Promise<LogsReport> {
  const folder = logsFolder(env);
  const runs = (await readRecords(folder)).map(summarize);
  const failed = runs.find((run) => run.failure !== null);
  const failure = failed?.failure ?? undefined;
  return {
    version: 1,
    folder,
    runs,
    lastFailure: failed && failure ? { ...failed, failure } : null,
  };
}

function summarize({ path, events }: RunRecord): LoggedRun {
  const begin = events.find(({ type }) => type === "begin");
  const start = events.find((event) => event.type === "start");
  const end = events.findLast((event) => event.type === "end");
  return {
    record: path,
    at: events[0]?.at ?? "",
    command: begin?.type === "begin" ? begin.command : "run",
    model: start?.model ?? null,
    outcome: end?.outcome ?? "unfinished",
    failure: end?.failure ?? null,
  };
}
