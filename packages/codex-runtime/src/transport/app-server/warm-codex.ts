import {
  AppServerPool,
  findKeySignIn,
  type PreparedProcess,
  type ProcessLease,
} from "@ktx/app-server";
import { testedCodexVersions } from "@ktx/codex-binary";
import { describeSurvivors } from "../describe-survivors.ts";
import type { CodexLauncher, LaunchInput } from "../codex-launcher.ts";
import type { OwnTransportOptions } from "../own-transport-options.ts";

/** The warm processes of this program, shared by all of its runtimes. */
const sharedPool = new AppServerPool();

/** The warm Codex of one runtime: a process that it shares with every runtime of the same needs. */
export class WarmCodex implements AsyncDisposable {
  readonly launcher: CodexLauncher;
  readonly options: OwnTransportOptions;

  constructor(launcher: CodexLauncher, options: OwnTransportOptions) {
    this.launcher = launcher;
    this.options = options;
  }

  /**
   * The use of a process that serves these models.
   *
   * @param config The configuration of the thread, which decides how the process authenticates.
   * @throws the errors of `CodexLauncher.identify` and of the start of the process; the signal's reason.
   */
  async lease(
    models: readonly string[],
    config: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    { keepsThreads = false }: Pick<LaunchInput, "keepsThreads"> = {},
  ): Promise<ProcessLease> {
    const { projectDir } = this.options;
    const input = {
      projectDir,
      models,
      config,
      configInArguments: false,
      keepsThreads,
      tokens: [],
    };
    const identity = await this.launcher.identify(input);
    const prepare = (all: readonly string[], stop: AbortSignal): Promise<PreparedProcess> =>
      this.#prepare({ ...input, models: all, signal: stop });
    // A process has one time limit for its requests.
    const key = `${identity.key} ${this.launcher.requestTimeoutMs ?? ""}`;
    const lease = await sharedPool.lease({ ...identity, key, prepare }, this, signal);
    try {
      await this.launcher.reportHost(lease.launch.workingDirectory);
      return lease;
    } catch (error) {
      await lease[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Ends the process, where no other runtime holds it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await sharedPool.release(this);
  }

  async #prepare(input: LaunchInput): Promise<PreparedProcess> {
    const { launcher } = this;
    const launch = await launcher.launch(input);
    const key = findKeySignIn(input.config, launch.env);
    return {
      ...launch,
      // Codex otherwise keeps a thread in memory after its client has left it.
      config: { ...launch.config, thread_unload_delay_secs: 0, ...key?.settings },
      signIn: key?.signIn,
      requestTimeoutMs: launcher.requestTimeoutMs,
      oldestVersion: testedCodexVersions.from,
      onSurvivors: (pids) => launcher.warn(describeSurvivors(pids)),
    };
  }
}
