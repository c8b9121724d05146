import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

interface ModelsFlags {
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerModelsCommand(program: Command, { io, services }: CommandContext): void {
  program
    .command("models")
    .summary("list the models of the installed Codex")
    .description("Lists the models of the installed Codex. Needs no account and no network.")
    .option("--project-dir <folder>", "the project, instead of the nearest ktx.yaml's folder")
    .option("--json", "print one JSON object, also with the models that Codex hides")
    .action(async ({ json, ...flags }: ModelsFlags) => {
      const report = await services.listModels(flags);
      const { renderModels } = await import("../render/models-report.ts");
      io.stdout.write(json === true ? `${JSON.stringify(report)}\n` : renderModels(report, io));
    });
}
