import { countOf } from "@ktx/config";
import { type Command, Option } from "commander";
import { Interruption } from "../cli-io.ts";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import { describeCommand } from "../help/describe-command.ts";
import { renderError } from "../report-error.ts";
import { jsonLine, printText } from "../terminal/print.ts";
import { parseCount } from "./parse-option.ts";
import {
  groupsOption,
  jsonOption,
  projectDirOption,
  serviceOptions,
  sharedStoreOption,
} from "./shared-options.ts";

interface WorkerFlags {
  readonly store?: string;
  readonly groups?: readonly string[];
  readonly concurrency: number;
  readonly groupConcurrency?: number;
  readonly tokenBudget?: number;
  readonly lease: number;
  readonly untilIdle?: number;
  readonly model?: string;
  readonly endpoint?: string;
  readonly apiKeyEnv?: string;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerWorkerCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  const command = describeCommand(program, "worker");
  command
    .addOption(sharedStoreOption("run the units of this store"))
    .addOption(groupsOption("the sign-ins whose units to run, such as anna (default: all)"))
    .addOption(
      new Option("--concurrency <n>", "units that run at once here")
        .argParser(parseCount)
        .default(4),
    )
    .option(
      "--group-concurrency <n>",
      "units of one sign-in that run at once, over all machines",
      parseCount,
    )
    .option(
      "--token-budget <n>",
      "tokens after which this worker starts no further unit",
      parseCount,
    )
    .addOption(
      new Option("--lease <seconds>", "time after which the units of a worker that died are free")
        .argParser(parseCount)
        .default(10),
    )
    .option(
      "--until-idle <seconds>",
      "end after this time in which no unit was left to run (default: wait for more)",
      parseCount,
    );
  for (const option of serviceOptions("this worker")) command.addOption(option);
  command
    .addOption(projectDirOption())
    .addOption(jsonOption("print each event as a line of JSON, and the report last"))
    .action(async (flags: WorkerFlags) => {
      const { createWorkerLines } = await import("../worker/worker-lines.ts");
      const lines = createWorkerLines(io);
      const isJson = flags.json === true;
      const seen = { started: 0, refused: 0 };
      const report = await services.runWorker({
        ...flags,
        onStart: lines.onStart,
        onWarning: lines.onWarning,
        onUnusedGroups: (open) => {
          const own = flags.groups ?? [];
          if (isJson) io.stdout.write(jsonLine({ type: "groups_unused", groups: own, open }));
          else lines.onUnusedGroups(own, open);
        },
        onEvent: (event, unit) => {
          if (event.type === "unit_started") seen.started += 1;
          if (event.type === "batch_refused") seen.refused += 1;
          if (isJson) io.stdout.write(jsonLine({ ...event, unit }));
          else lines.onEvent(event, unit);
        },
      });
      const { ended, done, tokens, failure, next } = report;
      if (isJson) io.stdout.write(jsonLine({ type: "report", version: 1, ...report }));
      else printText(io.stderr, `${countOf(done, "unit")} done · ${countOf(tokens, "token")}\n`);
      if (ended === "blocked" && failure !== undefined)
        printText(io.stderr, renderError({ what: failure.message, next }, io));
      const isRefusal = ended === "idle" && seen.started === 0 && seen.refused > 0;
      if (isRefusal)
        printText(
          io.stderr,
          renderError({ what: "This worker refused all units that it found, and ran none." }, io),
        );
      const { reason } = io.signal;
      const codes = {
        idle: isRefusal ? exitCodes.failed : exitCodes.done,
        stopped: exitCodes.done,
        interrupted: reason instanceof Interruption ? reason.exitCode : exitCodes.interrupted,
        budget: exitCodes.stopped,
        blocked: exitCodes.failed,
      } as const;
      exitWith(codes[ended]);
    });
}
