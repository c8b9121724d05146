import { formatIsolationReport, type IsolationReport } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { loadSchema } from "./load-schema.ts";
import type { UsedServer } from "./open-tools.ts";
import { limitOf, prepareRun, type RunInput } from "./prepare-run.ts";

export interface ExplainRunInput extends Omit<RunInput, "prompt" | "observer"> {
  /** The path of the run's schema. */
  readonly schema?: string | undefined;
}

/** The inputs of the model, the user's files and the hosts of a run; `ktx run --explain --json` prints it. */
interface RunExplanation extends IsolationReport {
  readonly version: 1;
  /** The MCP servers of the run, with their tools. */
  readonly mcpServers?: readonly UsedServer[];
}

/** The same, as `ktx run --explain` prints it. */
export interface ExplainedRun {
  readonly explanation: RunExplanation;
  readonly text: string;
}

/**
 * Explains a run with these flags without running it: nothing is started or asked but the MCP servers, which alone know
 * their tools. Refuses the same input as a run.
 */
export async function explainRun(
  input: ExplainRunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode">,
): Promise<ExplainedRun> {
  if (input.schema !== undefined)
    await loadSchema({
      path: input.schema,
      cwd: io.cwd,
      ...limitOf(input),
      signal: io.signal,
      userCode: io.userCode,
    });
  await using run = await prepareRun({ ...input, observer: deaf }, io, { warm: false });
  const { runtime, toolSet, servers } = run;
  const report = await runtime.describeIsolation({ toolSet });
  return {
    explanation: { version: 1, ...report, ...(servers.length > 0 && { mcpServers: servers }) },
    text: [formatIsolationReport(report), ...servers.map(describeServer)].join("\n"),
  };
}

function describeServer({ server, tools }: UsedServer): string {
  return `  MCP server    ${server}: ${tools.length === 0 ? "no tools" : tools.join(", ")}`;
}

const deaf = {
  onStart: () => {},
  onStep: () => {},
  onLimit: () => {},
  onWarning: () => {},
  onCallStart: () => {},
  onCallEnd: () => {},
};
