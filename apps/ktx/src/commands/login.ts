import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";
import { describeCommand } from "../help/describe-command.ts";

interface LoginFlags {
  readonly deviceAuth?: true;
  readonly withApiKey?: true;
}

export function registerLoginCommand(program: Command, { io, services }: CommandContext): void {
  describeCommand(program, "login")
    .option("--device-auth", "sign in with a code, in a browser of another device")
    .option("--with-api-key", "read an API key from stdin")
    .action(async ({ deviceAuth, withApiKey }: LoginFlags) => {
      if (deviceAuth === true && withApiKey === true)
        throw usageError("Expected one way to sign in, got --device-auth and --with-api-key.", {
          next: "Give one of them.",
        });
      await services.signIn({ action: "login", deviceAuth, withApiKey });
      io.stderr.write("Next: ktx status\n");
    });
}

export function registerLogoutCommand(program: Command, { services }: CommandContext): void {
  describeCommand(program, "logout").action(() => services.signIn({ action: "logout" }));
}
