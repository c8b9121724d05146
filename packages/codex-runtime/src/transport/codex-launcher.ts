import { tmpdir } from "node:os";
import { CodexNotFoundError, findCodex } from "@ktx/codex-binary";
import { asIsolationError } from "../isolation/isolation-error.ts";
import { describeHostIsolation } from "../isolation/isolation-warnings.ts";
import {
  type CodexHost,
  defaultBaseInstructions,
  findRunEndpoint,
  hostKey,
  type IsolationMode,
  prepareHost,
  type PrepareHostInput,
  readInfluences,
  removeLeftSchemas,
} from "@ktx/codex-home";
import { checkArguments } from "../secrets/check-arguments.ts";
import { describeTrimmed, keyVariables } from "../secrets/key-variables.ts";
import { type LaunchSecrets, readLaunchSecrets } from "../secrets/launch-secrets.ts";
import { findSecrets, Redactor, redactValue } from "@ktx/redact";
import { checkTimeLimit } from "../values/check-whole-number.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";
import { guardWarnings } from "../values/call-back.ts";
import type { OnWarning } from "../values/runtime-warning.ts";
import { ModelWatch } from "./model-watch.ts";

/** The options with which ktx's own transports start Codex. */
export interface CodexLaunchOptions {
  /** `strict`: the model sees only this run's tools. @default "strict" */
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
  /** True for a process whose threads stay on disk; `idle` where it runs none of them. @default false */
  readonly keepsThreads?: boolean | "idle";
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

/** The process that a thread needs, before it is prepared. */
export interface HostIdentity {
  readonly codexPath: string;
  /** Processes of the same key are interchangeable, but for their models. */
  readonly key: string;
  /** The models of the input and of the launcher. */
  readonly models: readonly string[];
}

/** Prepares the processes of one runtime and watches their warnings: the caller receives each one once. */
export class CodexLauncher {
  readonly isolation: IsolationMode;
  /** Never empty: Codex refuses an empty file of instructions. */
  readonly baseInstructions: string;
  readonly warn: OnWarning;
  readonly requestTimeoutMs: number | undefined;
  /** Watches the turns of this launcher's processes. */
  readonly watch: ModelWatch;
  readonly #options: CodexLaunchOptions;
  readonly #env: NodeJS.ProcessEnv;
  readonly #trimmedKeys = new Set<string>();
  #hostIsReported = false;
  #codexPath: string | undefined;
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
    this.watch = new ModelWatch(this.isolation, this.#env, this.warn);
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

  /** Finds out which process would serve, without preparing it. @throws as `launch` does. */
  async identify(input: LaunchInput): Promise<HostIdentity> {
    const { models, config } = input;
    const secrets = readLaunchSecrets(this.#env, config, []);
    try {
      secrets.check();
      this.#reportTrimmed(secrets.trimmed);
      const codexPath = this.findCodex();
      const key = await hostKey(this.#hostInput(input, codexPath, secrets.env));
      return { codexPath, key, models: [...models, ...(this.#options.models ?? [])] };
    } catch (error) {
      throw redactValue(asIsolationError(error), secrets.redactor.redact);
    }
  }

  async #prepare(
    input: LaunchInput,
    { env, redactor }: LaunchSecrets,
  ): Promise<Omit<CodexLaunch, "redactor">> {
    const { models, config, configInArguments, signal } = input;
    const codexPath = this.findCodex();
    const host = await prepareHost({
      ...this.#hostInput(input, codexPath, env),
      models: [...models, ...(this.#options.models ?? [])],
      ...(signal && { signal }),
    });
    try {
      await this.reportHost(host.workingDirectory);
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

  #hostInput(
    { projectDir, config, keepsThreads = false }: LaunchInput,
    codexPath: string,
    env: NodeJS.ProcessEnv,
  ): Omit<PrepareHostInput, "models" | "signal"> {
    const { workingDirectory, allowEnv = [] } = this.#options;
    return {
      isolation: this.isolation,
      codexPath,
      projectDir: workingDirectory ?? projectDir,
      ownDirectory: workingDirectory !== undefined,
      env,
      platform: process.platform,
      // Codex writes a quota's reset in local time, and ktx reads it by the same clock.
      allowEnv: ["TZ", ...allowEnv],
      endpoint: findRunEndpoint(config, env),
      keepsThreads,
    };
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

  /** The binary of every process of this launcher. @throws {RuntimeInputError} `codex-not-found` */
  findCodex(): string {
    const { codexPath } = this.#options;
    try {
      this.#codexPath ??= findCodex({
        ...(codexPath !== undefined && { codexPath }),
        env: this.#env,
      });
      return this.#codexPath;
    } catch (error) {
      if (!(error instanceof CodexNotFoundError)) throw error;
      throw new RuntimeInputError("codex-not-found", error.message, { cause: error });
    }
  }

  #reportTrimmed(names: readonly string[]): void {
    const fresh = names.filter((name) => !this.#trimmedKeys.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) this.#trimmedKeys.add(name);
    this.warn(describeTrimmed(fresh));
  }

  /** Warns once that runs share the user's own Codex, where they do. */
  async reportHost(workingDirectory: string): Promise<void> {
    if (this.isolation !== "host" || this.#hostIsReported) return;
    this.#hostIsReported = true;
    const scene = { env: this.#env, platform: process.platform, workingDirectory };
    this.warn(describeHostIsolation(await readInfluences("host", scene)));
  }
}
