import {
  type AgentLoopResult,
  BudgetError,
  type BudgetName,
  CodexError,
  OutputValidationError,
  type RunMetrics,
  ToolCallError,
} from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { describeRunError, type RunErrorReport } from "./describe-run-error.ts";
import { loadSchema } from "./load-schema.ts";
import { checkPrompt, limitOf, prepareRun, type RunInput } from "./prepare-run.ts";
import { toJsonValue } from "./to-json-value.ts";

export interface ObjectRunInput extends RunInput {
  /** The path of a JSON Schema, or of a module that exports a schema. */
  readonly schema: string;
}

/** What a run with a schema came to; the object that `ktx run --schema --json` prints. */
export interface ObjectRunReport {
  readonly version: 1;
  readonly stopReason: AgentLoopResult["stopReason"];
  /** What was used up, where that ended the run. */
  readonly budget?: BudgetName;
  /** The value as JSON; null where there is none. */
  readonly value: unknown;
  readonly metrics: RunMetrics;
  readonly error?: RunErrorReport;
}

/**
 * Runs the model, with the user's tools, to a value of the user's schema. All that can be refused is
 * refused before anything is started.
 */
export async function runObject(
  input: ObjectRunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode">,
): Promise<ObjectRunReport> {
  const { signal } = io;
  checkPrompt(input.prompt);
  const schema = await loadSchema({
    path: input.schema,
    cwd: io.cwd,
    ...limitOf(input),
    signal,
    userCode: io.userCode,
  });
  const { runtime, role, toolSet, toolObserver, bounds } = await prepareRun(input, io);
  let metrics: RunMetrics = { totalMs: 0, usage: {} };
  try {
    const value = await runtime.generateObject({
      role,
      prompt: input.prompt,
      ...(input.system !== undefined && { system: input.system }),
      tools: toolSet,
      toolObserver,
      ...bounds,
      schema,
      abortSignal: signal,
      onMetrics: (told) => {
        metrics = told;
      },
    });
    return { version: 1, ...endWith(value), metrics };
  } catch (error) {
    return { version: 1, value: null, ...describeEnd(error), metrics };
  }
}

/** How a run ends that gave a value: the schema's own code may have made it of what JSON can not say. */
function endWith(value: unknown): Pick<ObjectRunReport, "stopReason" | "value" | "error"> {
  try {
    return { stopReason: "natural", value: toJsonValue(value) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const error = {
      kind: "unprintable-value",
      message: `The value cannot be printed as JSON: ${why}`,
      next: "Let the schema's transforms give what JSON can say, or call generateObject of @ktx/codex-runtime, which gives the value as it is.",
    };
    return { stopReason: "error", value: null, error };
  }
}

/** How a run ended that gave no value. What is no end of a run is thrown on. */
function describeEnd(error: unknown): Pick<ObjectRunReport, "stopReason" | "budget" | "error"> {
  if (error instanceof BudgetError) return { stopReason: "budget", budget: error.budget };
  if (
    error instanceof CodexError ||
    error instanceof ToolCallError ||
    error instanceof OutputValidationError
  ) {
    return { ...describeStop(error), error: describeRunError(error) };
  }
  throw error;
}

/** What stopped a run that failed, also where it did so in the middle of a repair. */
function describeStop(
  error: CodexError | ToolCallError | OutputValidationError,
): Pick<ObjectRunReport, "stopReason" | "budget"> {
  const end = error instanceof OutputValidationError ? error.cause : error;
  if (end instanceof BudgetError) return { stopReason: "budget", budget: end.budget };
  const isTimeout = end instanceof CodexError && end.failure.kind === "timeout";
  return { stopReason: isTimeout ? "timeout" : "error" };
}
