import type { CommandContext } from "../command-context.ts";
import { CliError } from "../cli-error.ts";
import { Interruption } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { renderBatches } from "../render/batch-status.ts";
import { jsonLine, printText, textFor } from "../terminal/print.ts";
import type { BatchesInput } from "./read-batches.ts";

export interface ShowStatusInput extends BatchesInput {
  readonly json: boolean;
  /** Shows it again every second, until the user ends it. */
  readonly watch: boolean;
}

/** Batches that a watch shows on a screen, so that what happens now has room. */
const mostBatches = 3;

/** Home and clear, so that each report of a watch has the screen. */
const clearScreen = "\u001b[H\u001b[2J";

/** Prints the state of a store. @returns the exit code. */
export async function showStatus(
  { json, watch, ...input }: ShowStatusInput,
  { io, services }: Pick<CommandContext, "io" | "services">,
): Promise<number> {
  const { stdout, signal } = io;
  const isScreen = watch && stdout.isTTY === true && !json && io.env["TERM"] !== "dumb";
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  for (let last = "", isFirst = true; ; isFirst = false) {
    const onWait = (sentence: string): void => printText(io.stderr, `${sentence}\n`);
    const read = services.readBatches({ ...input, onWait: isFirst ? onWait : undefined });
    const report = await read.catch((error: unknown) => {
      // A watch that has begun outlives a store that is gone for a while.
      if (isFirst || !(error instanceof CliError)) throw error;
      return error;
    });
    const isLost = report instanceof CliError;
    const text = isLost
      ? `${report.parts.what}\n`
      : json
        ? jsonLine(report)
        : renderBatches(report, io, isScreen ? mostBatches : undefined);
    if (isScreen) stdout.write(`${clearScreen}${cropTo(stdout.rows, textFor(stdout, text))}`);
    else if (json && isLost) io.stderr.write(textFor(io.stderr, text));
    // A log gets what has changed, and not that time passes.
    else if (withoutTimes(text) !== withoutTimes(last))
      stdout.write(json ? text : textFor(stdout, isFirst ? text : `\n${text}`));
    last = text;
    if (!watch) return exitCodes.done;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    if (!signal.aborted) continue;
    const { reason } = signal;
    return reason instanceof Interruption ? reason.exitCode : exitCodes.interrupted;
  }
}

/** The lines that fit on the screen, with a last one that says how many do not. */
function cropTo(rows: number | undefined, text: string): string {
  const lines = text.split("\n");
  if (rows === undefined || lines.length <= rows) return text;
  const shown = Math.max(1, rows - 2);
  return `${lines.slice(0, shown).join("\n")}\n… ${lines.length - 1 - shown} more lines\n`;
}

function withoutTimes(text: string): string {
  return text.replaceAll(
    /"atMs":\d+|\d+:\d\d:\d\d to go|lease end[^\n]*|last sign[^\n]*|"seenAtMs":\d+|"leaseEndsAtMs":\d+/g,
    "",
  );
}
