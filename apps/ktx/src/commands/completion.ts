import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { type Shell, shells } from "../completion/format-suggestions.ts";
import { describeCommand } from "../help/describe-command.ts";

export function registerCompletionCommand(program: Command, { io }: CommandContext): void {
  describeCommand(program, "completion", (argument) => argument.choices(shells)).action(
    async (shell: Shell) => {
      const { completionScript } = await import("../completion/completion-script.ts");
      io.stdout.write(await completionScript(shell));
    },
  );
}
