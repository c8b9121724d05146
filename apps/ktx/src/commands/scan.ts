import { type Command, Option } from "commander";
import type { ScanReport } from "@ktx/ingest";
import { interruptedCode } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import { describeCommand } from "../help/describe-command.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import { parseCount } from "./parse-option.ts";
import {
  jsonOption,
  projectDirOption,
  type ServiceFlags,
  serviceOptions,
  waitOption,
} from "./shared-options.ts";

interface ScanFlags extends ServiceFlags {
  readonly concurrency: number;
  readonly tokenBudget?: number;
  readonly onlyFailed?: true;
  readonly wait: number;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerScanCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  const command = describeCommand(program, "scan");
  command
    .addOption(
      new Option("--concurrency <n>", "tables that run at once").argParser(parseCount).default(4),
    )
    .addOption(
      new Option("--token-budget <n>", "tokens after which no further table starts").argParser(
        parseCount,
      ),
    )
    .option("--only-failed", "try again what failed in earlier runs, and nothing else")
    .addOption(waitOption());
  for (const option of serviceOptions("this run")) command.addOption(option);
  command
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async (file: string, { json, ...flags }: ScanFlags) => {
      const [{ createIngestProgress }, { renderScanReport }] = await Promise.all([
        import("../ingest/ingest-progress.ts"),
        import("../render/scan-report.ts"),
      ]);
      using progress = createIngestProgress(io, flags.tokenBudget);
      const report = await services.scan({
        ...flags,
        file,
        onlyFailed: flags.onlyFailed === true,
        onEvent: progress.onEvent,
        onWarning: progress.onWarning,
        onNote: progress.onNote,
      });
      progress[Symbol.dispose]();
      if (json === true) io.stdout.write(jsonLine(report));
      else printText(io.stdout, renderScanReport(report));
      exitWith(report.ended === "interrupted" ? interruptedCode(io.signal) : exitCodeOf(report));
    });
}

function exitCodeOf({ ended, failures, open, unread, tables }: ScanReport): number {
  if (ended === "blocked") return exitCodes.failed;
  if (tables > 0 && failures.length === tables) return exitCodes.failed;
  // A scan of failed tables alone leaves those that were never described.
  const isWhole = ended === "finished" && failures.length + open + unread.length === 0;
  return isWhole ? exitCodes.done : exitCodes.stopped;
}
