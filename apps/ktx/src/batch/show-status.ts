import type { CommandContext } from "../command-context.ts";
import { Interruption } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { renderBatches } from "../render/batch-status.ts";
import { jsonLine, textFor } from "../terminal/print.ts";
import type { BatchesInput } from "./read-batches.ts";

export interface ShowStatusInput extends BatchesInput {
  readonly json: boolean;
  /** Shows it again every second, until the user ends it. */
  readonly watch: boolean;
}

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
  for (let last = ""; ;) {
    const report = await services.readBatches(input);
    const text = json ? jsonLine(report) : textFor(stdout, renderBatches(report, io, Date.now()));
    // A log gets what has changed.
    if (isScreen) stdout.write(`${clearScreen}${text}`);
    else if (text !== last) stdout.write(last === "" || json ? text : `\n${text}`);
    last = text;
    if (!watch) return exitCodes.done;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    if (!signal.aborted) continue;
    const { reason } = signal;
    return reason instanceof Interruption ? reason.exitCode : exitCodes.interrupted;
  }
}
