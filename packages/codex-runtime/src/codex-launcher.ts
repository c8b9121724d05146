import { parseThreadEvent, type ThreadEvent } from "@ktx/codex-events";
import { checkTimeLimit } from "./bounds/check-whole-number.ts";
import type { CodexThreadInput } from "./codex-runner.ts";
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
import { checkArguments } from "./secrets/check-arguments.ts";
import { findSecrets } from "./secrets/find-secrets.ts";
import { describeTrimmed, keyVariables } from "./secrets/key-variables.ts";
import { type LaunchSecrets, readLaunchSecrets } from "./secrets/launch-secrets.ts";
import { redactEvents } from "./secrets/redact-events.ts";
import { redactValue } from "./secrets/redact-value.ts";
import { Redactor } from "./secrets/redactor.ts";
import { resolveCodexPath } from "./process/resolve-codex-path.ts";
import { guardWarnings } from "./call-back.ts";
import type { OnWarning } from "./runtime-warning.ts";

/** How ktx's own runners start Codex, whichever way they talk to it. */
export interface CodexLaunchOptions {
  /** `strict`: the model is shown this run's tools, to which Codex adds its readers of MCP resources. @default "strict" */
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
  /**
   * Milliseconds that an app-server may take to answer one request; starting a thread, which waits for MCP
   * servers, has 120_000. @default 30_000
   */
  readonly requestTimeoutMs?: number;
  /** Told once of each thing that the caller should know. @default a Node process warning */
  readonly onWarning?: OnWarning;
}

/** What a Codex process is started with, and which one; disposing it gives back what it held. */
export interface CodexLaunch extends Launch {
  readonly codexPath: string;
  /** Takes the secrets out of whatever the process says. */
  readonly redactor: Redactor;
}

type CodexConfig = Launch["config"];

/**
 * Prepares the launches of one runtime and watches what their processes say about them: each thing that
 * the caller should know is told once.
 */
export class CodexLauncher {
  readonly isolation: IsolationMode;
  readonly warn: OnWarning;
  readonly requestTimeoutMs: number | undefined;
  readonly #options: CodexLaunchOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #refusedModels = new Set<string>();
  readonly #unknownSettings = new Set<string>();
  readonly #trimmedKeys = new Set<string>();
  #hostIsTold = false;

  /** @throws {RuntimeInputError} `invalid-limit` for a `requestTimeoutMs` that is none. */
  constructor(options: CodexLaunchOptions) {
    this.#options = options;
    const { requestTimeoutMs } = options;
    this.requestTimeoutMs =
      requestTimeoutMs === undefined
        ? undefined
        : checkTimeLimit("requestTimeoutMs", requestTimeoutMs);
    this.isolation = options.isolation ?? "strict";
    this.#env = options.env ?? process.env;
    const { allowEnv = [] } = options;
    const onWarning = guardWarnings(options.onWarning);
    this.warn = (warning) => {
      const secrets = findSecrets(this.#env, keyVariables(...allowEnv));
      onWarning(redactValue(warning, new Redactor(secrets).redact));
    };
  }

  /**
   * @throws {IsolationError} where the user's sign-in can not be shared; `RuntimeInputError` where there
   * is no such Codex.
   */
  async launch(input: CodexThreadInput, signal?: AbortSignal): Promise<CodexLaunch> {
    const secrets = readLaunchSecrets(this.#env, input);
    const { redactor } = secrets;
    try {
      secrets.check();
      this.#tellOfTrimmed(secrets.trimmed);
      const codexPath = this.#findCodex();
      const launch = await this.#prepare(codexPath, input, secrets.env, signal);
      try {
        const { config, workingDirectory } = launch;
        checkArguments(
          {
            "the configuration": config,
            "the model's name": input.model,
            "the path of the working directory": workingDirectory,
            "the path of Codex": codexPath,
          },
          redactor,
        );
        return { ...launch, codexPath, redactor };
      } catch (error) {
        await launch[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      throw redactValue(error, redactor.redact);
    }
  }

  async #prepare(
    codexPath: string,
    input: CodexThreadInput,
    env: LaunchSecrets["env"],
    signal: AbortSignal | undefined,
  ): Promise<Launch> {
    const { workingDirectory, allowEnv, baseInstructions } = this.#options;
    const launch = await prepareLaunch({
      isolation: this.isolation,
      codexPath,
      model: input.model,
      projectDir: workingDirectory ?? input.projectDir,
      ownDirectory: workingDirectory !== undefined,
      env,
      platform: process.platform,
      // Codex tells a quota's reset by the local time, and we read it by ours.
      allowEnv: ["TZ", ...(allowEnv ?? [])],
      ...(baseInstructions !== undefined && { baseInstructions }),
      ...(input.configOverrides && { configOverrides: input.configOverrides }),
      ...(input.env && { addEnv: input.env }),
      ...(signal && { signal }),
    });
    if (this.isolation === "host") await this.#tellOfHost(launch.workingDirectory);
    return launch;
  }

  /**
   * The events of a turn that `start` begins with a configuration. Where the service refuses our
   * instructions before the model did anything, the end of that turn is not passed on, and the turn is
   * begun once more with Codex's own; later ones of the model begin with those.
   */
  async *takeTurn(
    launch: CodexLaunch,
    model: string,
    start: (config: CodexConfig) => AsyncIterable<unknown>,
  ): AsyncGenerator<unknown, void> {
    const { stockConfig } = launch;
    if (stockConfig === undefined || !this.#refusedModels.has(model)) {
      const mayRefuse = stockConfig !== undefined;
      const refused = yield* this.#watch(start(launch.config), mayRefuse, launch);
      if (!refused) return;
      this.#refusedModels.add(model);
      this.warn(describeRefusal(model));
    }
    yield* this.#watch(start(stockConfig ?? launch.config), false, launch);
  }

  /** Gives true where the service refused our instructions. */
  async *#watch(
    events: AsyncIterable<unknown>,
    mayRefuse: boolean,
    { codexPath, redactor }: CodexLaunch,
  ): AsyncGenerator<unknown, boolean> {
    let untouched = mayRefuse;
    for await (const value of redactEvents(events, redactor.redact)) {
      const event = parseThreadEvent(value);
      if (untouched && refusesInstructions(event)) return true;
      if (isModelsDoing(event)) untouched = false;
      await this.#tellOfUnknown(event, codexPath);
      yield value;
    }
    return false;
  }

  #findCodex(): string {
    const { codexPath } = this.#options;
    if (codexPath === undefined) return findCodexBinary();
    return resolveCodexPath(codexPath, this.#env, process.platform);
  }

  async #tellOfUnknown(event: ThreadEvent, codexPath: string): Promise<void> {
    const fresh = findUnknownSettings(event).filter((key) => !this.#unknownSettings.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) this.#unknownSettings.add(key);
    const binary = await readCodexVersion({ codexPath, env: this.#env });
    const version = binary.state === "found" ? binary.version : null;
    this.warn(describeUnknownSettings(fresh, version));
  }

  #tellOfTrimmed(names: readonly string[]): void {
    const fresh = names.filter((name) => !this.#trimmedKeys.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) this.#trimmedKeys.add(name);
    this.warn(describeTrimmed(fresh));
  }

  async #tellOfHost(workingDirectory: string): Promise<void> {
    if (this.#hostIsTold) return;
    this.#hostIsTold = true;
    const scene = { env: this.#env, platform: process.platform, workingDirectory };
    this.warn(describeHostIsolation(await readInfluences("host", scene)));
  }
}
