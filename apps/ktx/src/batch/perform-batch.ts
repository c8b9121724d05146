import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import { type AnswerFile, openAnswerFile } from "../output/answer-file.ts";
import { isStdout, waitingFor } from "../output/answer-output.ts";
import { isOneFile } from "../output/file-behind.ts";
import { createLiveBatch } from "../render/live-batch.ts";
import { renderBatchEnd } from "../render/batch-report.ts";
import { printText } from "../terminal/print.ts";
import { watchCalls } from "../supervise/watch-calls.ts";
import type { BatchInput, BatchRunReport } from "./batch-input.ts";

/** One batch of the command line, with a place for its results. */
interface BatchTask extends Omit<BatchInput, "observer" | "onEvent" | "onResult"> {
  /** The path of the file of the results; undefined for stdout. */
  readonly out: string | undefined;
}

/** Runs a batch and shows it. @throws {CliError} for results that are not written. */
export async function performBatch(
  { out, ...input }: BatchTask,
  { io, services }: Pick<CommandContext, "io" | "services">,
): Promise<BatchRunReport> {
  const file = await openOut(out, input, io);
  using live = createLiveBatch(io);
  const lines: string[] = [];
  const report = await services.runPrompts({
    ...input,
    observer: watchCalls(live.observer, io.userCode),
    onEvent: live.onEvent,
    onResult: (result) => {
      if (file === undefined) live.print(result);
      else lines.push(`${JSON.stringify(result)}\n`);
    },
  });
  live[Symbol.dispose]();
  printText(io.stderr, renderBatchEnd(report, io));
  if (file !== undefined) await writeOut(file, lines, out ?? "", io);
  return report;
}

async function openOut(
  out: string | undefined,
  { prompts, store }: Pick<BatchTask, "prompts" | "store">,
  io: Pick<CliIo, "cwd" | "signal" | "stderr">,
): Promise<AnswerFile | undefined> {
  const { cwd } = io;
  if (out === undefined || (await isStdout(out, cwd))) return undefined;
  if (store !== undefined && (await isOneFile(store, out, cwd)))
    throw usageError(`Expected --out to be another file than the store, got ${out} for both.`, {
      next: "Name a file for the results.",
    });
  const [target, source] = await Promise.all(
    [out, prompts].map((path) => stat(resolve(cwd, path)).catch(() => undefined)),
  );
  if (target !== undefined && target.ino === source?.ino && target.dev === source.dev)
    throw usageError(`Expected --out to be another file than the prompts, got ${out} for both.`, {
      next: "Name a file for the results.",
    });
  const onWait = (): void => printText(io.stderr, waitingFor(out, io));
  return await openAnswerFile(out, io, { flag: "--out", onWait });
}

/** Very many answers are longer than one text can be. */
async function writeOut(
  file: AnswerFile,
  lines: readonly string[],
  path: string,
  { signal }: Pick<CliIo, "signal">,
): Promise<void> {
  try {
    await file.write(inParts(lines));
  } catch (error) {
    signal.throwIfAborted();
    throw new CliError(
      {
        what: `The results could not be written to ${path}.`,
        why: error instanceof Error ? error.message : String(error),
        next: "Name another file, or free some space, and run the command again: the answers are kept, and no prompt is asked again.",
        exitCode: exitCodes.failed,
      },
      { cause: error },
    );
  }
}

/** Lines of one write. */
const partSize = 500;

function* inParts(lines: readonly string[]): Generator<string> {
  for (let start = 0; start < lines.length; start += partSize)
    yield lines.slice(start, start + partSize).join("");
}
