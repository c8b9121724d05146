import type { CodexLauncher } from "../codex-launcher.ts";
import type { Transport } from "../transport.ts";
import type { OwnTransportOptions } from "../own-transport-options.ts";
import { AppServerThread } from "./app-server-thread.ts";

/** Runs each thread in one `codex app-server` process, which keeps it in memory across turns. */
export function createAppServerTransport(
  launcher: CodexLauncher,
  options: OwnTransportOptions,
): Transport {
  return {
    can: { turns: "many", deltas: true, liveUsage: true, images: true },
    openThread: (input) => new AppServerThread(launcher, options, input),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
