import type { Command } from "commander";
import { usageError } from "../cli-error.ts";
import type { CommandContext } from "../command-context.ts";

interface LoginFlags {
  readonly deviceAuth?: true;
  readonly withApiKey?: true;
}

export function registerLoginCommand(program: Command, { io, services }: CommandContext): void {
  program
    .command("login")
    .summary("sign in to Codex")
    .description(
      "Runs the login of the Codex that ktx brings along: with ChatGPT in a browser, unless a flag says otherwise. Codex keeps the sign-in.",
    )
    .option("--device-auth", "sign in with a code, in a browser of another device")
    .option("--with-api-key", "read an API key from stdin")
    .addHelpText("after", loginExamples)
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
  program
    .command("logout")
    .summary("remove the sign-in of Codex")
    .description("Removes the sign-in that Codex keeps. Every program that uses it is signed out.")
    .action(() => services.signIn({ action: "logout" }));
}

const loginExamples = `
Examples:
  ktx login
  printenv OPENAI_API_KEY | ktx login --with-api-key`;
