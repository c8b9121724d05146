import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

interface StatusFlags {
  readonly probe: boolean;
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerStatusCommand(
  program: Command,
  { io, services, exitWith }: CommandContext,
): void {
  program
    .command("status")
    .summary("check that this project is ready")
    .description(
      "Checks everything that a run of this project needs, and runs one turn, which costs a few tokens.",
    )
    .option("--no-probe", "do not run a turn")
    .option("--project-dir <folder>", "the project, instead of the nearest ktx.yaml's folder")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExit codes: 0 ready, 1 not ready, 2 wrong usage.")
    .action(async ({ json, ...flags }: StatusFlags) => {
      const [{ startProgress }, { renderStatus }] = await Promise.all([
        import("../render/progress.ts"),
        import("../render/status-report.ts"),
      ]);
      let progress: Disposable | undefined;
      const onProbe = (model: string): void => {
        progress = startProgress(`Running one turn on ${model}`, io);
      };
      const report = await services
        .readStatus({ ...flags, onProbe })
        .finally(() => progress?.[Symbol.dispose]());
      io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderStatus(report, io));
      exitWith(report.exitCode);
    });
}
