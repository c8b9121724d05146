import type { CodexOptions, ThreadEvent, ThreadOptions } from "@openai/codex-sdk";
import type { CodexRunner, CodexRunnerInput } from "./codex-runner.ts";
import { prepareLaunch, type IsolationMode } from "./isolation/prepare-launch.ts";
import { adoptChildProcess } from "./process/adopt-child-process.ts";
import { findCodexBinary } from "./process/codex-binary.ts";
import { mendStdout } from "./process/mend-stdout.ts";
import { OwnedProcess } from "./process/owned-process.ts";

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
}

/** Runs each turn as one `codex exec` process through `@openai/codex-sdk`. */
export class SdkCodexRunner implements CodexRunner {
  readonly #options: SdkCodexRunnerOptions;

  constructor(options: SdkCodexRunnerOptions = {}) {
    this.#options = options;
  }

  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>> {
    // Nothing is started before the first event is asked for, so nothing is left if it never is.
    return Promise.resolve(this.#stream(input));
  }

  async *#stream(input: CodexRunnerInput): AsyncGenerator<unknown, void> {
    input.signal?.throwIfAborted();
    const codexPath = this.#options.codexPath ?? findCodexBinary();
    await using launch = await prepareLaunch({
      isolation: this.#options.isolation ?? "strict",
      codexPath,
      model: input.model,
      projectDir: this.#options.workingDirectory ?? input.projectDir,
      ownDirectory: this.#options.workingDirectory !== undefined,
      env: this.#options.env ?? process.env,
      platform: process.platform,
      ...(this.#options.allowEnv && { allowEnv: this.#options.allowEnv }),
      ...(this.#options.baseInstructions !== undefined && {
        baseInstructions: this.#options.baseInstructions,
      }),
      ...(input.configOverrides && { configOverrides: input.configOverrides }),
      ...(input.env && { addEnv: input.env }),
      ...(input.signal && { signal: input.signal }),
    });
    const turn = await startSdkTurn(
      { codexPathOverride: codexPath, config: launch.config, env: launch.env },
      {
        model: input.model,
        sandboxMode: "read-only",
        skipGitRepoCheck: true,
        workingDirectory: launch.workingDirectory,
      },
      input,
    );
    yield* ownedEvents(turn, input.signal);
  }
}

type CodexConfig = NonNullable<CodexOptions["config"]>;

async function startSdkTurn(
  options: Omit<CodexOptions, "config"> & { readonly config: Readonly<Record<string, unknown>> },
  threadOptions: ThreadOptions,
  { prompt, outputSchema, signal }: CodexRunnerInput,
): Promise<AsyncGenerator<ThreadEvent>> {
  const { Codex } = await import("@openai/codex-sdk");
  // The SDK checks each value itself when it writes it as TOML, and says which one it can not take.
  const codex = new Codex({ ...options, config: options.config as CodexConfig });
  const { events } = await codex.startThread(threadOptions).runStreamed(prompt, {
    ...(outputSchema && { outputSchema }),
    ...(signal && { signal }),
  });
  return events;
}

/** The SDK's events, with the process behind them ended and gone when the iteration is over. */
async function* ownedEvents(
  events: AsyncGenerator<ThreadEvent>,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void> {
  let owned: OwnedProcess | undefined;
  const terminate = (): void => void owned?.terminate();
  signal?.addEventListener("abort", terminate, { once: true });
  const next = (): Promise<IteratorResult<unknown>> =>
    adoptChildProcess(
      (child) => {
        mendStdout(child);
        owned ??= new OwnedProcess(child);
      },
      () => events.next(),
    );
  try {
    for (let step = await next(); step.done !== true; step = await next()) yield step.value;
  } finally {
    signal?.removeEventListener("abort", terminate);
    if (signal?.aborted !== true) await owned?.leave();
    await events.return(undefined);
    owned?.watch();
    await owned?.terminate();
  }
}
