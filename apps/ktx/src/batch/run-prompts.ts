import { runBatch, type UnitFailure, type UnitOutcome } from "@ktx/batch";
import type { OutputSchema } from "@ktx/codex-runtime";
import { loadSchema } from "../agent/load-schema.ts";
import { limitOf, type PreparedRun, prepareRun } from "../agent/prepare-run.ts";
import type { CliIo } from "../cli-io.ts";
import { recordWork } from "../logs/record-work.ts";
import { openProject } from "../project/read-project.ts";
import { askPrompt, type Surroundings } from "./ask-prompt.ts";
import type { BatchInput, BatchRunReport } from "./batch-input.ts";
import { batchLabel } from "./batch-label.ts";
import { countPrompts, keyPrompts, statesOf, toUnit } from "./keyed-prompts.ts";
import { explainStoreError } from "../store/open-shared-store.ts";
import { openStore } from "../store/open-store.ts";
import { OrderedResults } from "./ordered-results.ts";
import { describePassedOver, type ReadPrompts, readPrompts } from "./read-prompts.ts";
import type { PromptAnswer } from "./result-line.ts";

/**
 * Asks the model for an answer to each prompt that has none yet. Invalid input is refused before anything is started.
 */
export async function runPrompts(input: BatchInput, io: CliIo): Promise<BatchRunReport> {
  const read = await readPrompts(input.prompts, io);
  if (read.passedOver.length > 0) input.observer.onWarning(describePassedOver(read));
  const schema = await findSchema(input, io);
  const texts = [input.system, ...read.prompts.flatMap(({ text, system }) => [text, system])];
  let failure: UnitFailure | undefined;
  return await recordWork(
    { command: "batch", texts, io },
    async (begin) => {
      const onEvent: BatchInput["onEvent"] = (event, prompts) => {
        begin();
        if (event.type === "unit_failed") failure ??= event.failure;
        input.onEvent(event, prompts);
      };
      try {
        return await runRead({ ...input, onEvent }, { read, schema }, io);
      } catch (error) {
        throw explainStoreError(error, io.signal);
      }
    },
    ({ prompts, ended, ...report }) => ({
      failure,
      ...report,
      // A run of failed prompts alone leaves those that were never asked.
      ended: ended === "finished" && prompts.waiting > 0 ? "stopped" : ended,
      failed: prompts.failed,
    }),
  );
}

async function runRead(
  input: BatchInput,
  { read, schema }: { readonly read: ReadPrompts; readonly schema: OutputSchema | undefined },
  io: CliIo,
): Promise<BatchRunReport> {
  const { concurrency, onlyFailed = false, tokenBudget } = input;
  const project = await openProject(input.projectDir, io);
  const surroundings = { governedUntilMs: 0, hasAnswers: false };
  await using run = await prepare(input, io, surroundings);
  await using store = await openStore(
    { project, store: input.store },
    io,
    input.observer.onWarning,
  );
  const prompts = keyPrompts(read.prompts, { ...run, system: input.system, schema });
  // Of several prompts with one key, the first gives its id.
  const byKey = new Map(prompts.toReversed().map(({ key, prompt }) => [key, prompt]));
  const promptsOfUnits = {
    count: prompts.length,
    differing: byKey.size,
    // On one line, as people read it.
    idOf: (key: string): string => (byKey.get(key)?.id ?? key).replaceAll(/\s+/g, " "),
  };
  const results = new OrderedResults(prompts, store, input.onResult);
  for (const [index, state] of (await statesOf(prompts, store)).entries())
    if (state === "done" || (state === "failed" && !onlyFailed))
      results.end(prompts[index]?.key ?? "");
  let next: string | undefined;
  const { ended, failure, tokens } = await runBatch({
    units: prompts.map((prompt) => toUnit(prompt, run)),
    store,
    concurrency,
    onlyFailed,
    label: batchLabel(read.source, input, run),
    ...(tokenBudget !== undefined && { budget: { tokens: tokenBudget } }),
    rateLimits: { maxWaitMs: input.wait * 60_000 },
    signal: io.signal,
    run: async ({ key }, { signal }): Promise<UnitOutcome<PromptAnswer>> => {
      const prompt = byKey.get(key) ?? { text: "" };
      const look = (): Surroundings => ({ ...surroundings, nowMs: Date.now() });
      const { onEvent, onRetry } = input.observer;
      const runtime = { ...run, tools: run.toolSet, schema, onEvent, onRetry };
      const asked = await askPrompt(runtime, prompt, signal, look);
      surroundings.hasAnswers ||= asked.outcome.type === "done";
      next ??= asked.next;
      return asked.outcome;
    },
    onEvent: (event) => {
      input.onEvent(event, promptsOfUnits);
      const isDead = event.type === "unit_failed" && event.retryAfterMs === undefined;
      if (event.type === "unit_done" || isDead) results.end(event.key);
    },
  });
  await results.finish();
  return {
    ended,
    tokens,
    prompts: countPrompts(await statesOf(prompts, store)),
    ...(failure !== undefined && { failure, ...(next !== undefined && { next }) }),
  };
}

async function findSchema(input: BatchInput, io: CliIo): Promise<OutputSchema | undefined> {
  const { schema: path } = input;
  const { cwd, signal, userCode } = io;
  if (path === undefined) return undefined;
  return await loadSchema({ path, cwd, ...limitOf(input), signal, userCode });
}

/** Its runs do not wait for a limit: the batch does, for all of them. */
function prepare(
  input: BatchInput,
  io: CliIo,
  surroundings: { governedUntilMs: number },
): Promise<PreparedRun> {
  const { observer, concurrency } = input;
  const onLimit: typeof observer.onLimit = (event) => {
    if (event.type === "wait_started") surroundings.governedUntilMs = event.untilMs;
  };
  return prepareRun({ ...input, wait: 0, observer: { ...observer, onLimit } }, io, {
    command: "ktx batch",
    warm: false,
    concurrency,
  });
}
