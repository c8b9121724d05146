import { AppServerRunner } from "./app-server/app-server-runner.ts";
import { type CodexLaunchOptions, CodexLauncher } from "./codex-launcher.ts";
import type { CodexRunner } from "./codex-runner.ts";
import { RuntimeInputError } from "./runtime-input-error.ts";
import { SdkCodexRunner } from "./sdk-codex-runner.ts";

/**
 * How ktx talks to Codex. `exec`: a `codex exec` process for each turn. `app-server`: a `codex app-server`
 * process for each thread. `auto`: the app-server for a thread that may take further turns, else exec.
 */
export type CodexTransport = "auto" | "exec" | "app-server";

/**
 * The runner of a transport.
 *
 * @throws {RuntimeInputError} `unknown-transport`.
 */
export function createRunner(transport: CodexTransport, options: CodexLaunchOptions): CodexRunner {
  const launcher = new CodexLauncher(options);
  const exec = new SdkCodexRunner(launcher);
  const appServer = new AppServerRunner(launcher);
  switch (transport) {
    case "auto":
      return {
        runStreamed: (input) => exec.runStreamed(input),
        openThread: (input) => appServer.openThread(input),
      };
    case "exec":
      return exec;
    case "app-server":
      return appServer;
    default:
      throw new RuntimeInputError(
        "unknown-transport",
        `Expected \`transport\` to be "auto", "exec" or "app-server", got ${JSON.stringify(transport satisfies never)}. Leave it out for "auto".`,
      );
  }
}
