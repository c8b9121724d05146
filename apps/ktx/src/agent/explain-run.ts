import { resolve } from "node:path";
import { formatIsolationReport, type IsolationReport } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { describeInput, explainInput, filesOf, type InputExplanation } from "./explain-input.ts";
import { loadSchema } from "./load-schema.ts";
import type { UsedServer } from "./open-tools.ts";
import { limitOf, prepareRun, type RunInput } from "./prepare-run.ts";

export interface ExplainRunInput extends Omit<RunInput, "prompt" | "observer"> {
  /** The path of the run's schema. */
  readonly schema?: string | undefined;
}

/**
 * The inputs of the model, the user's files that Codex reads or the model is sent, and the hosts of a run; the object
 * that `ktx run --explain --json` prints.
 */
interface RunExplanation extends IsolationReport {
  readonly version: 1;
  readonly input: InputExplanation;
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
 * their tools, and the modules of the user are loaded. Refuses the same input as a run.
 */
export async function explainRun(
  input: ExplainRunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode" | "stdin" | "stderr">,
): Promise<ExplainedRun> {
  const { cwd, signal, userCode } = io;
  const { schema: path, image = [], system } = input;
  const schema =
    path === undefined
      ? undefined
      : await loadSchema({ path, cwd, ...limitOf(input), signal, userCode });
  const images = image.map((one) => resolve(cwd, one));
  const given = await explainInput({ images, system, schema, signal });
  await using run = await prepareRun({ ...input, observer: deaf }, io, { warm: false });
  const { runtime, toolSet, servers } = run;
  const isolation = await runtime.describeIsolation({ toolSet });
  const files = filesOf(given, path === undefined ? undefined : resolve(cwd, path));
  const report = { ...isolation, userFiles: [...isolation.userFiles, ...files] };
  return {
    explanation: {
      version: 1,
      ...report,
      input: given,
      ...(servers.length > 0 && { mcpServers: servers }),
    },
    text: [
      formatIsolationReport(report),
      ...describeInput(given),
      ...servers.map(describeServer),
    ].join("\n"),
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
