import { parseThreadEvent, type ThreadEvent } from "@ktx/codex-events";
import type { CodexOptions, ThreadEvent as SdkEvent, ThreadOptions } from "@openai/codex-sdk";
import type { CodexRunner, CodexRunnerInput } from "./codex-runner.ts";
import { readCodexVersion } from "./inspect/read-codex-version.ts";
import { describeHostIsolation } from "./isolation/describe-host-isolation.ts";
import { readInfluences } from "./isolation/host-influences.ts";
import { type IsolationMode, type Launch, prepareLaunch } from "./isolation/prepare-launch.ts";
import {
  describeRefusal,
  isModelsDoing,
  refusesInstructions,
} from "./isolation/refused-instructions.ts";
import { describeUnknownSettings, findUnknownSettings } from "./isolation/unknown-settings.ts";
import { findCodexBinary } from "./process/codex-binary.ts";
import { ownedEvents } from "./process/owned-events.ts";
import { resolveCodexPath } from "./process/resolve-codex-path.ts";
import { emitRuntimeWarning, type OnWarning } from "./runtime-warning.ts";

export interface SdkCodexRunnerOptions {
  /** `strict`: the model is shown this run's tools and nothing else. @default "strict" */
  readonly isolation?: IsolationMode;
  /** Another Codex binary. @default the one that `@openai/codex-sdk` brings */
  readonly codexPath?: string;
  /** What the child's variables are drawn from. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Names of further variables that the child may have, e.g. of an endpoint's key. @default none */
  readonly allowEnv?: readonly string[];
  /** What the model is told before the user's text, in strict isolation. */
  readonly baseInstructions?: string;
  /** The model's working directory. @default an empty folder in strict isolation, else the project */
  readonly workingDirectory?: string;
  /** Told once of each thing that the caller should know. @default a Node process warning */
  readonly onWarning?: OnWarning;
}

/** Runs each turn as one `codex exec` process through `@openai/codex-sdk`. */
export class SdkCodexRunner implements CodexRunner {
  readonly #options: SdkCodexRunnerOptions;
  readonly #isolation: IsolationMode;
  readonly #env: NodeJS.ProcessEnv;
  readonly #warn: OnWarning;
  readonly #refusedModels = new Set<string>();
  readonly #unknownSettings = new Set<string>();
  #hostIsTold = false;

  constructor(options: SdkCodexRunnerOptions = {}) {
    this.#options = options;
    this.#isolation = options.isolation ?? "strict";
    this.#env = options.env ?? process.env;
    this.#warn = options.onWarning ?? emitRuntimeWarning;
  }

  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>> {
    // Nothing is started before the first event is asked for, so nothing is left if it never is.
    return Promise.resolve(this.#stream(input));
  }

  async *#stream(input: CodexRunnerInput): AsyncGenerator<unknown, void> {
    input.signal?.throwIfAborted();
    const codexPath =
      this.#options.codexPath === undefined
        ? findCodexBinary()
        : resolveCodexPath(this.#options.codexPath, this.#env, process.platform);
    await using launch = await this.#prepare(codexPath, input);
    if (this.#isolation === "host") await this.#tellOfHost(launch.workingDirectory);
    const { stockConfig } = launch;
    if (stockConfig === undefined || !this.#refusedModels.has(input.model)) {
      const refused = yield* this.#turn(codexPath, launch, input);
      if (!refused) return;
      this.#refusedModels.add(input.model);
      this.#warn(describeRefusal(input.model));
    }
    yield* this.#turn(codexPath, { ...launch, config: stockConfig ?? launch.config }, input);
  }

  #prepare(codexPath: string, input: CodexRunnerInput): Promise<Launch> {
    const { workingDirectory, allowEnv, baseInstructions } = this.#options;
    return prepareLaunch({
      isolation: this.#isolation,
      codexPath,
      model: input.model,
      projectDir: workingDirectory ?? input.projectDir,
      ownDirectory: workingDirectory !== undefined,
      env: this.#env,
      platform: process.platform,
      // Codex tells a quota's reset by the local time, and we read it by ours.
      allowEnv: ["TZ", ...(allowEnv ?? [])],
      ...(baseInstructions !== undefined && { baseInstructions }),
      ...(input.configOverrides && { configOverrides: input.configOverrides }),
      ...(input.env && { addEnv: input.env }),
      ...(input.signal && { signal: input.signal }),
    });
  }

  /**
   * One turn of one process. Gives true where the service refused our instructions before the model
   * did anything: the end of that turn is not passed on, since the turn is to be repeated.
   */
  async *#turn(
    codexPath: string,
    launch: Launch,
    input: CodexRunnerInput,
  ): AsyncGenerator<unknown, boolean> {
    // Started with a signal that has fired, Codex is spawned all the same, and killed.
    input.signal?.throwIfAborted();
    const events = await startSdkTurn(
      { codexPathOverride: codexPath, config: launch.config, env: launch.env },
      {
        model: input.model,
        sandboxMode: "read-only",
        skipGitRepoCheck: true,
        workingDirectory: launch.workingDirectory,
      },
      input,
    );
    const owned = ownedEvents(events, {
      ...input,
      codexPath,
      mayStartOthers: this.#isolation === "host",
      warn: this.#warn,
    });
    let mayRefuse = launch.stockConfig !== undefined && launch.config !== launch.stockConfig;
    for await (const value of owned) {
      const event = parseThreadEvent(value);
      if (mayRefuse && refusesInstructions(event)) return true;
      if (isModelsDoing(event)) mayRefuse = false;
      await this.#tellOfUnknown(event, codexPath);
      yield value;
    }
    return false;
  }

  async #tellOfUnknown(event: ThreadEvent, codexPath: string): Promise<void> {
    const fresh = findUnknownSettings(event).filter((key) => !this.#unknownSettings.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) this.#unknownSettings.add(key);
    const binary = await readCodexVersion({ codexPath, env: this.#env });
    const version = binary.state === "found" ? binary.version : null;
    this.#warn(describeUnknownSettings(fresh, version));
  }

  async #tellOfHost(workingDirectory: string): Promise<void> {
    if (this.#hostIsTold) return;
    this.#hostIsTold = true;
    const scene = { env: this.#env, platform: process.platform, workingDirectory };
    this.#warn(describeHostIsolation(await readInfluences("host", scene)));
  }
}

type CodexConfig = NonNullable<CodexOptions["config"]>;

async function startSdkTurn(
  options: Omit<CodexOptions, "config"> & { readonly config: Readonly<Record<string, unknown>> },
  threadOptions: ThreadOptions,
  { prompt, outputSchema, signal }: CodexRunnerInput,
): Promise<AsyncGenerator<SdkEvent>> {
  const { Codex } = await import("@openai/codex-sdk");
  // The SDK checks each value itself when it writes it as TOML, and says which one it can not take.
  const codex = new Codex({ ...options, config: options.config as CodexConfig });
  const { events } = await codex.startThread(threadOptions).runStreamed(prompt, {
    ...(outputSchema && { outputSchema }),
    ...(signal && { signal }),
  });
  return events;
}
