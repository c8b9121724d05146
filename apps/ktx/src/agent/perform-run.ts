import { askInTerminal, createLineReader } from "../approve/ask-in-terminal.ts";
import { createOutputGate } from "../approve/output-gate.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import type { AnswerOutput } from "../output/answer-output.ts";
import { createLiveSteps } from "../render/live-steps.ts";
import { exitCodeOfRun, renderAnswer, renderEnd } from "../render/run-report.ts";
import { watchCalls } from "../supervise/watch-calls.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import type { ObservedCall } from "./call-observer.ts";
import type { RunInput } from "./prepare-run.ts";

/** One run of the command line, with a place for its answer. */
interface RunTask extends Omit<RunInput, "observer" | "approve"> {
  /** True to ask before a tool that is not read-only runs. */
  readonly asks: boolean;
  /** True to show the run as a page in the browser. */
  readonly opens: boolean;
  /** The path of the schema of the answer. */
  readonly schema: string | undefined;
  readonly isJson: boolean;
  readonly answerOutput: AnswerOutput;
}

/**
 * Runs the model and shows the run. An interrupt that comes once the run has ended, while its last lines wait for the
 * size of the terminal, ends that wait alone: the answer is whole, and the exit code is that of the run.
 *
 * @returns the exit code. @throws {CliError} for an answer that is not written; the reason of an interrupt that came
 * before the run had ended, or before the page or the file of its answer.
 */
export async function performRun(
  { schema, isJson, answerOutput, asks, opens, ...flags }: RunTask,
  { io: given, services }: Pick<CommandContext, "io" | "services">,
): Promise<number> {
  const { isFile } = answerOutput;
  await using page = opens
    ? await (
        await import("../report/open-run-page.ts")
      ).openRunPage(flags, {
        io: given,
        services,
      })
    : undefined;
  const { record } = page ?? flags;
  const gate = asks ? createOutputGate(given.stderr) : undefined;
  const io = gate === undefined ? given : { ...given, stderr: gate.output };
  // A pipe or a file gets the answer alone, when it is certain; so does a terminal with a checked value.
  const isLive = io.stdout.isTTY === true && !isJson && schema === undefined && !isFile;
  using observer = createLiveSteps(io, { showsAnswer: isLive });
  const approve = gate && askInTerminal(given, gate, createLineReader(given));
  const lost: unknown[] = [];
  const onRecordingLost = (error: unknown): void => void lost.push(error);
  const failedTools = new Set<string>();
  const watched = watchCalls(observer, io.userCode);
  const onCallEnd = (call: ObservedCall): void => {
    if (call.error !== undefined) failedTools.add(call.tool);
    watched.onCallEnd(call);
  };
  const input = { ...flags, record, approve, onRecordingLost, observer: { ...watched, onCallEnd } };
  const report =
    schema === undefined
      ? await services.runAgent(input)
      : await services.runObject({ ...input, schema });
  const isAnswered = "text" in report && (report.text ?? "") !== "";
  await observer.endAnswer(io.signal);
  if (report.error !== undefined && !isAnswered) observer.fail();
  observer[Symbol.dispose]();
  const isShown = "text" in report && observer.hasShown(report.text ?? "");
  // A run that did not finish must not replace the answer of an earlier one.
  const isForFile = isFile && (isJson || report.stopReason === "natural");
  const isTerminal = io.stdout.isTTY === true && !isForFile;
  const result = isJson ? jsonLine(report) : renderAnswer(report, { isTerminal });
  // A value is JSON, whose lines must stay as they are.
  const text = !isJson && isTerminal && "text" in report ? report.text : null;
  const { stdout, env } = io;
  if (text !== null && !isShown) {
    const { renderMarkdown } = await import("../markdown/render-markdown.ts");
    stdout.write(await renderMarkdown(text, stdout, env));
  } else if (!isShown && !isForFile) stdout.write(result);
  printText(io.stderr, renderEnd(report, io, failedTools));
  if (isForFile) await answerOutput.write(result);
  for (const error of lost) throw error;
  if (page !== undefined) {
    given.signal.throwIfAborted();
    await page.show();
  }
  const exitCode = exitCodeOfRun(report);
  const isLost = flags.thread !== undefined && report.thread === undefined;
  return isLost && exitCode === exitCodes.done ? exitCodes.failed : exitCode;
}
