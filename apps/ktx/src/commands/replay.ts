import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { exitCodes } from "../exit-code.ts";
import { describeCommand } from "../help/describe-command.ts";
import { parseFactor } from "./parse-option.ts";
import { jsonOption } from "./shared-options.ts";

interface ReplayFlags {
  readonly speed: number;
  readonly check?: true;
  readonly json?: true;
}

export function registerReplayCommand(program: Command, context: CommandContext): void {
  const { io, services, exitWith } = context;
  describeCommand(program, "replay")
    .option("--speed <factor>", "2 for half the pauses, 0.5 for twice their length", parseFactor, 1)
    .option("--check", "do not show the run; name what is wrong with the file, and secrets in it")
    .addOption(jsonOption())
    .action(async (file: string, { speed, check, json }: ReplayFlags) => {
      if (check === true) {
        await checkFile(file, json === true, context);
        return;
      }
      const [{ createLiveSteps }, { exitCodeOfRun, renderAnswer, renderEnd }, print] =
        await Promise.all([
          import("../render/live-steps.ts"),
          import("../render/run-report.ts"),
          import("../terminal/print.ts"),
        ]);
      const isLive = io.stdout.isTTY === true && json !== true;
      using observer = createLiveSteps(io, { showsAnswer: isLive });
      const report = await services.replayRun({ file, speed, observer });
      await observer.endAnswer(io.signal);
      if (report.error !== undefined && (report.text ?? "") === "") observer.fail();
      observer[Symbol.dispose]();
      if (json === true) print.printJson(io.stdout, report);
      else if (!observer.hasShown(report.text ?? ""))
        io.stdout.write(renderAnswer(report, { isTerminal: io.stdout.isTTY === true }));
      print.printText(io.stderr, renderEnd(report, io));
      exitWith(exitCodeOfRun(report));
    });
}

async function checkFile(
  file: string,
  asJson: boolean,
  { io, services, exitWith }: CommandContext,
): Promise<void> {
  const [checked, { printJson, printText }] = await Promise.all([
    services.checkRecording(file),
    import("../terminal/print.ts"),
  ]);
  const { problems } = checked;
  if (asJson) printJson(io.stdout, checked);
  else if (problems.length === 0)
    printText(io.stdout, `${file}: complete, without a secret that the rules know.\n`);
  else
    printText(
      io.stdout,
      problems.map(({ line, message }) => `${file}:${line}  ${message}\n`).join(""),
    );
  exitWith(problems.length === 0 ? exitCodes.done : exitCodes.failed);
}
