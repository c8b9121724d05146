import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { projectDirOption } from "./shared-options.ts";
import { printJson, printText } from "../terminal/print.ts";

interface ModelsFlags {
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerModelsCommand(program: Command, { io, services }: CommandContext): void {
  describeCommand(program, "models")
    .addOption(projectDirOption())
    .option("--json", "print one JSON object, also with the models that Codex hides")
    .action(async ({ json, ...flags }: ModelsFlags) => {
      const report = await services.listModels(flags);
      const { renderModels } = await import("../render/models-report.ts");
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderModels(report, io));
    });
}
