import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { parseFactor } from "./parse-option.ts";
import { jsonOption } from "./shared-options.ts";

interface ReplayFlags {
  readonly speed: number;
  readonly json?: true;
}

export function registerReplayCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  describeCommand(program, "replay")
    .option("--speed <factor>", "2 for half the pauses, 0.5 for twice their length", parseFactor, 1)
    .addOption(jsonOption())
    .action(async (file: string, { speed, json }: ReplayFlags) => {
      const [{ createLiveSteps }, { exitCodeOfRun, renderAnswer, renderEnd }, print] =
        await Promise.all([
          import("../render/live-steps.ts"),
          import("../render/run-report.ts"),
          import("../terminal/print.ts"),
        ]);
      const isLive = io.stdout.isTTY === true && json !== true;
      using observer = createLiveSteps(io, { showsAnswer: isLive });
      const report = await services.replayRun({ file, speed, observer });
      observer[Symbol.dispose]();
      if (json === true) print.printJson(io.stdout, report);
      else if (!observer.hasShown(report.text ?? ""))
        io.stdout.write(renderAnswer(report, { isTerminal: io.stdout.isTTY === true }));
      print.printText(io.stderr, renderEnd(report, io));
      exitWith(exitCodeOfRun(report));
    });
}
