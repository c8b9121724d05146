import { countOf } from "@ktx/config";
import type { BatchRunReport } from "../batch/batch-input.ts";
import type { CliErrorParts } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { exitCodes } from "../exit-code.ts";
import { renderError } from "../report-error.ts";
import { createStyle } from "./style.ts";

/** For stderr: the counts of a batch, and the way on where prompts are left. */
export function renderBatchEnd(report: BatchRunReport, io: Pick<CliIo, "stderr" | "env">): string {
  const { prompts, tokens } = report;
  const counts = [
    `${count(prompts.done)} of ${count(prompts.all)} done`,
    prompts.failed > 0 ? `${count(prompts.failed)} failed` : "",
    prompts.waiting > 0 ? `${count(prompts.waiting)} left` : "",
    `${count(tokens)} tokens`,
  ];
  const line = createStyle(io.stderr, io.env).dim(counts.filter((part) => part !== "").join(" · "));
  const reason = reasonOf(report);
  return `\n${line}\n${reason === undefined ? "" : renderError(reason, io)}`;
}

export function exitCodeOfBatch(
  { ended, prompts }: Pick<BatchRunReport, "ended" | "prompts">,
  interrupted: number,
): number {
  switch (ended) {
    case "finished":
      if (prompts.failed > 0) return exitCodes.failed;
      // A run of failed prompts alone leaves those that were never asked.
      return prompts.waiting > 0 ? exitCodes.stopped : exitCodes.done;
    case "budget":
    case "limit":
    case "stopped":
      return exitCodes.stopped;
    case "interrupted":
      return interrupted;
    case "blocked":
      return exitCodes.failed;
    default:
      return ended satisfies never;
  }
}

const goOn = "Run the same command again to go on: no prompt with an answer is asked again.";

function reasonOf(report: BatchRunReport): Omit<CliErrorParts, "exitCode"> | undefined {
  const { ended, prompts, failure, next } = report;
  switch (ended) {
    case "finished": {
      if (prompts.failed === 0)
        return prompts.waiting === 0
          ? undefined
          : {
              what: `No answer yet: ${countOf(prompts.waiting, "prompt")}. --only-failed asks no prompt that has not failed.`,
              next: "Run the same command without --only-failed to ask the rest.",
            };
      const failed = countOf(prompts.failed, "prompt");
      return {
        what: `${failed} failed. Each result line with the status "failed" has the reason.`,
        next: "Run the same command with --only-failed to try them again.",
      };
    }
    case "budget":
      return { what: "Stopped: the token budget is used up.", next: goOn };
    case "limit":
      return {
        what: "Stopped by the limit.",
        next: `${goOn} Or give it a longer --wait <minutes>.`,
      };
    case "stopped":
      return { what: "Stopped.", next: goOn };
    case "interrupted":
      return { what: "Interrupted. Nothing is left running.", next: goOn };
    case "blocked":
      return {
        what: failure?.message ?? "No prompt can be asked now.",
        next: [next, goOn].filter((step) => step !== undefined).join("\n"),
      };
    default:
      return ended satisfies never;
  }
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
