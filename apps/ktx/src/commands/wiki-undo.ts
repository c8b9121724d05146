import type { UndoReport } from "@ktx/ingest";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";
import { plain } from "../render/layout.ts";
import { printJson, printText } from "../terminal/print.ts";
import { jsonOption, projectDirOption } from "./shared-options.ts";

interface UndoFlags {
  readonly projectDir?: string;
  readonly json?: true;
}

export function registerWikiUndoCommand(wiki: Command, { io, services }: CommandContext): void {
  const command = describeCommand(wiki, "wiki undo");
  command
    .addOption(projectDirOption())
    .addOption(jsonOption())
    .action(async () => {
      const { projectDir, json } = command.opts<UndoFlags>();
      const report = await services.undoApply({ projectDir });
      if (json === true) printJson(io.stdout, report);
      else printText(io.stdout, renderUndo(report));
    });
}

function renderUndo({ undone, pages, waiting }: UndoReport): string {
  const { restored, removed, proposed } = pages;
  const list = (title: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${title}: ${names.map(plain).join(", ")}`];
  const lines = [
    `Taken back: ${undone}`,
    ...list("Restored", restored),
    ...list("Removed", removed),
    ...list("Left, since they were edited", proposed),
    ...list("Wait again", waiting),
    ...(proposed.length + waiting.length === 0
      ? []
      : ["next:  Look at the proposals with ktx wiki review."]),
  ];
  return `${lines.join("\n")}\n`;
}
