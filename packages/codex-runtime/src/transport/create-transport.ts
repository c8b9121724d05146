import { RuntimeInputError } from "../values/runtime-input-error.ts";
import { createAppServerTransport } from "./app-server/app-server-transport.ts";
import { createAutoTransport } from "./auto-transport.ts";
import { type CodexLaunchOptions, CodexLauncher } from "./codex-launcher.ts";
import { createExecTransport } from "./exec/exec-transport.ts";
import type { OwnTransportOptions } from "./own-transport-options.ts";
import type { Transport } from "./transport.ts";

/**
 * The connection to Codex. `exec`: a `codex exec` process for each turn. `app-server`: one warm `codex app-server`
 * process for all threads of this program with the same sign-in and settings. `auto`: the app-server, or exec where
 * this Codex has no app-server that can be used.
 */
export type CodexTransport = "auto" | "exec" | "app-server";

export interface CreateTransportOptions extends CodexLaunchOptions, OwnTransportOptions {}

/** @throws {RuntimeInputError} `unknown-transport`. */
export function createTransport(name: CodexTransport, options: CreateTransportOptions): Transport {
  const launcher = new CodexLauncher(options);
  switch (name) {
    case "auto":
      return createAutoTransport(launcher, {
        exec: createExecTransport(launcher, options),
        appServer: createAppServerTransport(launcher, options),
      });
    case "exec": {
      // Only an app-server asks the account for its limits.
      const { readLimits, [Symbol.asyncDispose]: end } = createAppServerTransport(
        launcher,
        options,
      );
      return {
        ...createExecTransport(launcher, options),
        ...(readLimits && { readLimits }),
        [Symbol.asyncDispose]: end,
      };
    }
    case "app-server":
      return createAppServerTransport(launcher, options);
    default:
      throw new RuntimeInputError(
        "unknown-transport",
        `Expected \`transport\` to be "auto", "exec" or "app-server", got ${describe(name satisfies never)}. Leave it out for "auto".`,
      );
  }
}

function describe(given: unknown): string {
  if (typeof given === "string") return JSON.stringify(given);
  if (typeof given !== "object" || given === null) return String(given);
  return "an object without `openThread`";
}
