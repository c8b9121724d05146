import { type Command, Option } from "commander";
import type { IngestEvent } from "@ktx/ingest";
import { usageError } from "../cli-error.ts";
import { interruptedCode } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import type { IngestResult } from "../ingest/run-ingest.ts";
import { describeCommand } from "../help/describe-command.ts";
import type { IngestPage } from "../report/open-ingest-page.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import { parseCount } from "./parse-option.ts";
import {
  groupsOption,
  jsonOption,
  projectDirOption,
  type ServiceFlags,
  serviceOptions,
  sharedStoreOption,
  waitOption,
} from "./shared-options.ts";

interface IngestFlags extends ServiceFlags {
  readonly plan?: true;
  readonly concurrency: number;
  readonly steps: number;
  readonly tokenBudget?: number;
  readonly applyPartial?: true;
  readonly onlyFailed?: true;
  readonly gone?: true;
  readonly commit?: true;
  readonly wait: number;
  readonly store?: string;
  readonly groups?: readonly string[];
  readonly open?: true;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerIngestCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  const command = describeCommand(program, "ingest");
  command
    .option("--plan", "print the plan and its estimate, on a pipe as JSON, and change nothing")
    .addOption(
      countOption("--concurrency <n>", "units that run at once, without --store").default(4),
    )
    .addOption(countOption("--steps <n>", "the most steps of one unit").default(30))
    .addOption(countOption("--token-budget <n>", "tokens after which no further unit starts"))
    .option("--apply-partial", "change the wiki also where the run ends before all units")
    .option("--only-failed", "try again what failed in earlier runs, and nothing else")
    .option("--gone", "let claims go also where the whole folder of their files is gone or empty")
    .addOption(
      new Option("--resume", "go on with the unfinished run, as every run does").hideHelp(),
    )
    .option("--commit", "make a Git commit of the pages")
    .option("--open", "show the ingest as a page in the browser, which `.ktx/reports` keeps")
    .addOption(waitOption())
    .addOption(sharedStoreOption("let workers run the units of this store", "; local for none"))
    .addOption(groupsOption("with --store: the sign-ins that share the units, such as anna,ben"));
  for (const option of serviceOptions("this run")) command.addOption(option);
  command
    .addOption(projectDirOption())
    .addOption(jsonOption("print each event as a line of JSON, and the report last"))
    .action(async (paths: readonly string[], flags: IngestFlags) => {
      const [{ createIngestProgress }, { renderIngestReport }, { exitCodeOfIngest }] =
        await Promise.all([
          import("../ingest/ingest-progress.ts"),
          import("../ingest/ingest-report.ts"),
          import("@ktx/ingest"),
        ]);
      const isJson = flags.json === true;
      const page =
        flags.open === true ? await openIngestReport(flags, { io, services }) : undefined;
      using progress = createIngestProgress(io, flags.tokenBudget);
      const input = {
        ...flags,
        paths,
        applyPartial: flags.applyPartial === true,
        onlyFailed: flags.onlyFailed === true,
        gone: flags.gone === true,
        commit: flags.commit === true,
        isConcurrencyGiven: command.getOptionValueSource("concurrency") === "cli",
        onWarning: progress.onWarning,
        onWorkersNeeded: isJson ? () => {} : progress.onWorkersNeeded,
        onEvent: (event: IngestEvent) => {
          page?.take(event);
          if (isJson) io.stdout.write(jsonLine(event));
          else progress.onEvent(event);
        },
      };
      if (flags.plan === true) {
        const plan = await services.planIngest(input);
        // A pipe has had JSON since the first version.
        if (isJson || io.stdout.isTTY !== true) io.stdout.write(jsonLine(plan));
        else {
          const { renderPlan } = await import("../render/plan-report.ts");
          printText(io.stdout, renderPlan(plan, io));
        }
        return;
      }
      const report = await services.ingest(input);
      progress[Symbol.dispose]();
      const last = { type: "report", ...report };
      if (isJson) io.stdout.write(jsonLine(last));
      else printText(io.stdout, renderIngestReport(report, io));
      await page?.show(last);
      const exitCode =
        report.ended === "interrupted" ? interruptedCode(io.signal) : exitCodeOfIngest(report);
      exitWith(
        flags.commit === true && hasChanged(report) && report.commit === undefined
          ? Math.max(exitCode, exitCodes.stopped)
          : exitCode,
      );
    });
}

/** Loaded only for --open. @throws {CliError} together with --plan. */
async function openIngestReport(
  flags: IngestFlags,
  context: Pick<CommandContext, "io" | "services">,
): Promise<IngestPage> {
  if (flags.plan === true)
    throw usageError("Expected --plan without --open, got both.", {
      why: "A plan runs nothing, so there is no ingest to show.",
      next: "Leave out one of them.",
    });
  const { openIngestPage } = await import("../report/open-ingest-page.ts");
  return await openIngestPage(flags, context);
}

function hasChanged({ pages }: IngestResult): boolean {
  return pages.created.length + pages.changed.length + pages.removed.length > 0;
}

function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseCount);
}
