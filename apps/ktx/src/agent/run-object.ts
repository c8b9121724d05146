import { findRunEnd, type RunEnd, type RunMetrics } from "@ktx/codex-runtime";
import type { CliIo } from "../cli-io.ts";
import { type KeptName, openNamed } from "../threads/named-thread.ts";
import { loadSchema } from "./load-schema.ts";
import { countTries } from "./count-tries.ts";
import { explainRunEnd } from "./explain-connection.ts";
import { callbacksOf } from "./run-observer.ts";
import { checkPrompt, limitOf, prepareRun, type RunInput } from "./prepare-run.ts";
import { reportEnd, type RunEndReport } from "./report-end.ts";
import { toJsonValue } from "./to-json-value.ts";

export interface ObjectRunInput extends RunInput {
  /** The path of a JSON Schema, or of a module that exports a schema. */
  readonly schema: string;
}

/** The result of a run with a schema; the object that `ktx run --schema --json` prints. */
export interface ObjectRunReport extends RunEndReport {
  readonly version: 1;
  /** The value as JSON; null without a value. */
  readonly value: unknown;
  readonly metrics: RunMetrics;
  /** The kept thread of the run; absent without --thread, and where it is not kept. */
  readonly thread?: KeptName;
}

/**
 * Runs the model, with the user's tools, to a value of the user's schema. Invalid input is refused
 * before anything is started.
 */
export async function runObject(
  input: ObjectRunInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "userCode" | "stdin" | "stderr">,
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
  const isHeld = input.thread !== undefined;
  await using run = await prepareRun(input, io, { warm: !isHeld, isHeld });
  await using named = await openNamed(run, input);
  const { runtime, role, toolSet, toolObserver, images, bounds, approval } = run;
  const { observer, tries } = countTries(input.observer);
  let metrics: RunMetrics = { totalMs: 0, usage: {} };
  try {
    const work = {
      prompt: input.prompt,
      images,
      ...bounds,
      ...approval,
      schema,
      abortSignal: signal,
      ...callbacksOf(observer),
      onMetrics: (told: RunMetrics) => {
        metrics = told;
      },
    };
    const { system } = input;
    const given = { role, ...(system !== undefined && { system }), tools: toolSet, toolObserver };
    const value = await (named === undefined
      ? runtime.generateObject({ ...given, ...work })
      : named.thread.generateObject(work));
    const thread = await named?.keep({ hasSaid: true });
    return { version: 1, ...endWith(value), metrics, ...(thread !== undefined && { thread }) };
  } catch (error) {
    const end = findRunEnd(error);
    const thread = await named?.keep({ hasSaid: end === undefined || hasSaidSomething(end) });
    if (end === undefined) throw error;
    const kept = thread !== undefined && { thread };
    const report = { ...reportEnd(end, run.scene), metrics };
    const explained = await explainRunEnd(report, { ...run, tries: tries() }, io);
    return { version: 1, value: null, ...explained, ...kept };
  }
}

/** A failed turn may have ended before the model said anything. */
function hasSaidSomething({ type }: RunEnd): boolean {
  return type !== "failed";
}

/** The end of a run with a value, which the schema's own code may have made into one that JSON cannot express. */
function endWith(value: unknown): RunEndReport & Pick<ObjectRunReport, "value"> {
  try {
    return { ...reportEnd({ type: "done" }), value: toJsonValue(value) };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const error = {
      kind: "unprintable-value",
      message: `The value cannot be printed as JSON: ${why}`,
      next: "Return JSON values from the schema's transforms, or call generateObject of @ktx/codex-runtime, which returns any value.",
    };
    return { stopReason: "error", value: null, error };
  }
}
