import { formatIsolationReport, type IsolationReport } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { prepareRun, type RunInput } from "./prepare-run.ts";

/** What a run would show to the model, read of the user's and contact; `ktx run --explain --json` prints it. */
interface RunExplanation extends IsolationReport {
  readonly version: 1;
}

/** The same as `ktx run --explain` prints it. */
export interface ExplainedRun {
  readonly explanation: RunExplanation;
  readonly text: string;
}

/** Tells what a run with these flags would do, without a run: nothing is started or asked. */
export async function explainRun(
  input: Omit<RunInput, "prompt" | "observer">,
  io: Pick<CliIo, "cwd" | "env" | "signal">,
): Promise<ExplainedRun> {
  const { runtime, toolSet } = await prepareRun({ ...input, observer: deaf }, io);
  const report = await runtime.describeIsolation({ toolSet });
  return { explanation: { version: 1, ...report }, text: formatIsolationReport(report) };
}

const deaf = {
  onStart: () => {},
  onStep: () => {},
  onLimit: () => {},
  onWarning: () => {},
  onCallStart: () => {},
  onCallEnd: () => {},
};
