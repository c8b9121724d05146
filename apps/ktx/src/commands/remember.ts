import type { Command } from "commander";
import { interruptedCode } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import {
  jsonOption,
  projectDirOption,
  type ServiceFlags,
  serviceOptions,
  waitOption,
} from "./shared-options.ts";

interface RememberFlags extends ServiceFlags {
  readonly file?: string;
  readonly verbatim?: true;
  readonly wait: number;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerRememberCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  const command = describeCommand(program, "remember");
  command
    .option("--file <file>", "a file with the text")
    .option("--verbatim", "write the text as a page as it is, without a model")
    .addOption(waitOption());
  for (const option of serviceOptions("this run")) command.addOption(option);
  command
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async (text: string | undefined, { json, ...flags }: RememberFlags) => {
      const [{ createIngestProgress }, { renderIngestReport }, { exitCodeOfIngest }] =
        await Promise.all([
          import("../ingest/ingest-progress.ts"),
          import("../ingest/ingest-report.ts"),
          import("@ktx/ingest"),
        ]);
      using progress = createIngestProgress(io, undefined);
      const result = await services.remember({
        ...flags,
        text,
        verbatim: flags.verbatim === true,
        concurrency: 1,
        steps: 30,
        applyPartial: false,
        onlyFailed: false,
        gone: false,
        commit: false,
        onEvent: progress.onEvent,
        onWarning: progress.onWarning,
        onNote: progress.onNote,
      });
      progress[Symbol.dispose]();
      if (json === true) io.stdout.write(jsonLine(result));
      else if (result.kind === "page") printText(io.stdout, `Written to wiki/${result.page}.\n`);
      else
        printText(io.stdout, `Kept as ${result.note}.\n${renderIngestReport(result.report, io)}`);
      if (result.kind === "page") return;
      const { report } = result;
      exitWith(
        report.ended === "interrupted" ? interruptedCode(io.signal) : exitCodeOfIngest(report),
      );
    });
}
