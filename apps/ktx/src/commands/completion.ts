import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { type Shell, shells } from "../completion/format-suggestions.ts";
import { describeCommand } from "../help/describe-command.ts";

export function registerCompletionCommand(program: Command, { io }: CommandContext): void {
  describeCommand(program, "completion", (argument) => argument.choices(shells)).action(
    async (shell: Shell) => {
      const { getCompletionScript } = await import("@pnpm/tabtab");
      io.stdout.write(await getCompletionScript({ name: "ktx", completer: "ktx", shell }));
    },
  );
}
