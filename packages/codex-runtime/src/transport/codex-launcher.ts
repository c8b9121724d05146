import { tmpdir } from "node:os";
import type { ThreadEvent } from "@ktx/codex-events";
import { readCodexVersion } from "../inspect/read-codex-version.ts";
import { asIsolationError } from "../isolation/isolation-error.ts";
import { describeHostIsolation } from "../isolation/describe-host-isolation.ts";
import {
  type CodexHost,
  defaultBaseInstructions,
  findRunEndpoint,
  type IsolationMode,
  prepareHost,
  readInfluences,
  removeLeftSchemas,
} from "@ktx/codex-home";
import {
  describeRefusal,
  isModelsDoing,
  refusesInstructions,
} from "../isolation/refused-instructions.ts";
import { describeUnknownSettings, findUnknownSettings } from "../isolation/unknown-settings.ts";
import { findCodexBinary } from "../process/codex-binary.ts";
import { resolveCodexPath } from "../process/resolve-codex-path.ts";
import { checkArguments } from "../secrets/check-arguments.ts";
import { findSecrets } from "../secrets/find-secrets.ts";
import { describeTrimmed, keyVariables } from "../secrets/key-variables.ts";
import { type LaunchSecrets, readLaunchSecrets } from "../secrets/launch-secrets.ts";
import { Redactor, redactValue } from "@ktx/redact";
import { checkTimeLimit } from "../values/check-whole-number.ts";
import { guardWarnings } from "../values/call-back.ts";
import type { OnWarning } from "../values/runtime-warning.ts";
import type { TurnSignal } from "./transport.ts";

/** The options with which ktx's own transports start Codex. */
export interface CodexLaunchOptions {
  /** `strict`: the model sees only this run's tools, and Codex's readers of MCP resources. @default "strict" */
  readonly isolation?: IsolationMode;
  /** Another Codex binary. @default the one that `@openai/codex-sdk` brings */
  readonly codexPath?: string;
  /** The source of the child's variables. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Names of further variables for the child, e.g. of an endpoint's key. @default none */
  readonly allowEnv?: readonly string[];
  /** The base instructions of the model, in strict isolation. @default one short sentence */
  readonly baseInstructions?: string;
  /** The model's working directory. @default an empty folder in strict isolation, else the project */
  readonly workingDirectory?: string;
  /**
   * Milliseconds that an app-server may take to answer one request. The start of a thread, which waits for MCP
   * servers, has 120_000. @default 30_000
   */
  readonly requestTimeoutMs?: number;
  /** Further models that a process must serve, beside that of its thread. @default none */
  readonly models?: readonly string[];
  /** Called once for each thing that the caller should know. @default a Node process warning */
  readonly onWarning?: OnWarning;
}

/** The needs of a process. */
export interface LaunchInput {
  readonly projectDir: string;
  readonly models: readonly string[];
  /** The configuration of its threads, which decides whether they act as the user's account. */
  readonly config: Readonly<Record<string, unknown>>;
  /** True when that configuration is in the arguments of the process, as on exec. */
  readonly configInArguments: boolean;
  /** The tokens of its tools. */
  readonly tokens: readonly string[];
  readonly signal?: AbortSignal;
}

/** A prepared process, and the binary to start. */
export interface CodexLaunch extends CodexHost {
  readonly codexPath: string;
  /** Removes the secrets from all output of the process. */
  readonly redactor: Redactor;
}

/**
 * Prepares the processes of one runtime and watches their warnings: the caller receives each one
 * once.
 */
export class CodexLauncher {
  readonly isolation: IsolationMode;
  /** Never empty: Codex refuses an empty file of instructions. */
  readonly baseInstructions: string;
  readonly warn: OnWarning;
  readonly requestTimeoutMs: number | undefined;
  readonly #options: CodexLaunchOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #refusedModels = new Set<string>();
  readonly #unknownSettings = new Set<string>();
  readonly #trimmedKeys = new Set<string>();
  #hostIsReported = false;
  #removing: Promise<void> | undefined;

  /** @throws {RuntimeInputError} `invalid-limit` for a `requestTimeoutMs` that is not one. */
  constructor(options: CodexLaunchOptions) {
    const { requestTimeoutMs } = options;
    this.requestTimeoutMs =
      requestTimeoutMs === undefined
        ? undefined
        : checkTimeLimit("requestTimeoutMs", requestTimeoutMs);
    this.#options = options;
    this.isolation = options.isolation ?? "strict";
    this.baseInstructions = options.baseInstructions?.trim() || defaultBaseInstructions;
    this.#env = options.env ?? process.env;
    const { allowEnv = [] } = options;
    const onWarning = guardWarnings(options.onWarning);
    this.warn = (warning) => {
      const secrets = findSecrets(this.#env, keyVariables(...allowEnv));
      onWarning(redactValue(warning, new Redactor(secrets).redact));
    };
  }

  /**
   * @throws {IsolationError} when the user's sign-in cannot be shared; `RuntimeInputError` for a
   * missing Codex; `CodexError` for a key that HTTP cannot carry, and for a secret in an argument.
   */
  async launch(input: LaunchInput): Promise<CodexLaunch> {
    const secrets = readLaunchSecrets(this.#env, input.config, input.tokens);
    const { redactor } = secrets;
    try {
      secrets.check();
      this.#reportTrimmed(secrets.trimmed);
      return { ...(await this.#prepare(input, secrets)), redactor };
    } catch (error) {
      throw redactValue(asIsolationError(error), redactor.redact);
    }
  }

  async #prepare(
    { projectDir, models, config, configInArguments, signal }: LaunchInput,
    { env, redactor }: LaunchSecrets,
  ): Promise<Omit<CodexLaunch, "redactor">> {
    const { workingDirectory, allowEnv, models: configured = [] } = this.#options;
    const codexPath = this.#findCodex();
    const host = await prepareHost({
      isolation: this.isolation,
      codexPath,
      models: [...models, ...configured],
      projectDir: workingDirectory ?? projectDir,
      ownDirectory: workingDirectory !== undefined,
      env,
      platform: process.platform,
      // Codex writes a quota's reset in local time, and ktx reads it by the same clock.
      allowEnv: ["TZ", ...(allowEnv ?? [])],
      endpoint: findRunEndpoint(config, env),
      ...(signal && { signal }),
    });
    try {
      if (this.isolation === "host") await this.#reportHost(host.workingDirectory);
      checkArguments(
        {
          "the configuration": configInArguments ? { ...host.config, ...config } : host.config,
          "the model's name": models,
          "the path of the working directory": host.workingDirectory,
          "the path of Codex": codexPath,
        },
        redactor,
      );
      return { ...host, codexPath };
    } catch (error) {
      await host[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Once: schemas and images are in the temporary folder, where they stay when this process is killed. */
  removeLeftSchemas(): Promise<void> {
    this.#removing ??= removeLeftSchemas({
      folder: tmpdir(),
      nowMs: Date.now(),
      userId: process.getuid?.(),
    });
    return this.#removing;
  }

  /**
   * The signals of a turn that `start` begins, with the base instructions of ktx or with Codex's own. When the
   * service refuses those of ktx before the model did anything, the end of that turn is dropped and the turn starts
   * again with Codex's own; later turns of the model start with those.
   */
  async *takeTurn(
    model: string,
    codexPath: string,
    start: (instructions: "ours" | "stock") => AsyncIterable<TurnSignal>,
  ): AsyncGenerator<TurnSignal, void> {
    const mayRefuse = this.isolation === "strict";
    if (mayRefuse && !this.#refusedModels.has(model)) {
      if (!(yield* this.#watch(start("ours"), true, codexPath))) return;
      this.#refusedModels.add(model);
      this.warn(describeRefusal(model));
    }
    yield* this.#watch(start("stock"), false, codexPath);
  }

  /** Returns true when the service refused the instructions of ktx. */
  async *#watch(
    signals: AsyncIterable<TurnSignal>,
    mayRefuse: boolean,
    codexPath: string,
  ): AsyncGenerator<TurnSignal, boolean> {
    let untouched = mayRefuse;
    let refused = false;
    for await (const signal of signals) {
      if (signal.type === "event") {
        const { event } = signal;
        refused ||= untouched && refusesInstructions(event);
        if (isModelsDoing(event)) untouched = false;
        await this.#reportUnknown(event, codexPath);
      }
      // The turn is at its end by then, and its later output does not concern the caller.
      if (!refused) yield signal;
    }
    return refused;
  }

  #findCodex(): string {
    const { codexPath } = this.#options;
    if (codexPath === undefined) return findCodexBinary();
    return resolveCodexPath(codexPath, this.#env, process.platform);
  }

  async #reportUnknown(event: ThreadEvent, codexPath: string): Promise<void> {
    const fresh = findUnknownSettings(event).filter((key) => !this.#unknownSettings.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) this.#unknownSettings.add(key);
    const binary = await readCodexVersion({ codexPath, env: this.#env });
    const version = binary.state === "found" ? binary.version : null;
    this.warn(describeUnknownSettings(fresh, version));
  }

  #reportTrimmed(names: readonly string[]): void {
    const fresh = names.filter((name) => !this.#trimmedKeys.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) this.#trimmedKeys.add(name);
    this.warn(describeTrimmed(fresh));
  }

  async #reportHost(workingDirectory: string): Promise<void> {
    if (this.#hostIsReported) return;
    this.#hostIsReported = true;
    const scene = { env: this.#env, platform: process.platform, workingDirectory };
    this.warn(describeHostIsolation(await readInfluences("host", scene)));
  }
}
