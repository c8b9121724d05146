import { keptThreadsOf, readAccountLimits } from "@ktx/app-server";
import type { CodexLauncher } from "../codex-launcher.ts";
import type { OwnTransportOptions } from "../own-transport-options.ts";
import { endpointConfig } from "../thread-config.ts";
import type { Transport } from "../transport.ts";
import { AppServerThread } from "./app-server-thread.ts";
import { WarmCodex } from "./warm-codex.ts";

/** Runs threads in one warm `codex app-server` process, which keeps them in memory across turns. */
export function createAppServerTransport(
  launcher: CodexLauncher,
  options: OwnTransportOptions,
): Transport {
  const codex = new WarmCodex(launcher, options);
  const config = options.endpoint ? endpointConfig(options.endpoint, 0) : {};
  return {
    can: {
      turns: "many",
      deltas: true,
      liveUsage: true,
      images: true,
      keepsThreads: launcher.isolation === "strict",
    },
    keptThreads: keptThreadsOf((stop) => codex.lease([], config, stop, { keepsThreads: "idle" })),
    openThread: (input) => new AppServerThread(codex, input),
    warm: async (signal) => {
      const lease = await codex.lease([], config, signal);
      await lease[Symbol.asyncDispose]();
    },
    readLimits: async (signal) => {
      // The account has no part in a custom endpoint.
      if (options.endpoint !== undefined) return undefined;
      await using lease = await codex.lease([], {}, signal);
      return await readAccountLimits(lease.server, signal);
    },
    [Symbol.asyncDispose]: () => codex[Symbol.asyncDispose](),
  };
}
