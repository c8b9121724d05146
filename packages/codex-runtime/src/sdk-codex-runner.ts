import { tmpdir } from "node:os";
import type { CodexOptions, ThreadEvent as SdkEvent, ThreadOptions } from "@openai/codex-sdk";
import { type CodexLaunch, type CodexLaunchOptions, CodexLauncher } from "./codex-launcher.ts";
import type { CodexRunner, CodexRunnerInput, CodexTurnInput } from "./codex-runner.ts";
import { removeLeftSchemas } from "./isolation/remove-left-schemas.ts";
import { ownedEvents } from "./process/owned-events.ts";
import { makeRecordWellFormed } from "./values/make-well-formed.ts";

/** Runs each turn as one `codex exec` process through `@openai/codex-sdk`, in a thread of its own. */
export class SdkCodexRunner implements CodexRunner {
  readonly #launcher: CodexLauncher;
  #left: Promise<void> | undefined;

  /** @param launch How Codex is started; a launcher, to share with another runner what was told already. */
  constructor(launch: CodexLaunchOptions | CodexLauncher = {}) {
    this.#launcher = launch instanceof CodexLauncher ? launch : new CodexLauncher(launch);
  }

  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>> {
    // Nothing is started before the first event is asked for, so nothing is left if it never is.
    return Promise.resolve(this.#stream(input));
  }

  async *#stream(input: CodexRunnerInput): AsyncGenerator<unknown, void> {
    input.signal?.throwIfAborted();
    await using launch = await this.#launcher.launch(input, input.signal);
    yield* this.#launcher.takeTurn(launch, input.model, (config) =>
      this.#turn(launch, config, input, {
        model: input.model,
        sandboxMode: "read-only",
        skipGitRepoCheck: true,
        workingDirectory: launch.workingDirectory,
      }),
    );
  }

  /** Once: the SDK writes a schema to the temporary folder, where it stays when this process is killed. */
  #removeLeft(): Promise<void> {
    this.#left ??= removeLeftSchemas({
      folder: tmpdir(),
      nowMs: Date.now(),
      userId: process.getuid?.(),
    });
    return this.#left;
  }

  /** One turn of one process. */
  async *#turn(
    { codexPath, env, redactor }: CodexLaunch,
    config: CodexLaunch["config"],
    input: CodexTurnInput,
    threadOptions: ThreadOptions,
  ): AsyncGenerator<unknown, void> {
    // Started with a signal that has fired, Codex is spawned all the same, and killed.
    input.signal?.throwIfAborted();
    if (input.outputSchema !== undefined) await this.#removeLeft();
    const options = { codexPathOverride: codexPath, config, env };
    yield* ownedEvents(await startSdkTurn(options, threadOptions, input), {
      ...input,
      codexPath,
      redactor,
      mayStartOthers: this.#launcher.isolation === "host",
      warn: this.#launcher.warn,
    });
  }
}

interface SdkOptions {
  readonly codexPathOverride: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Record<string, string>;
}

type CodexConfig = NonNullable<CodexOptions["config"]>;

/** The one way out over exec: prompt, schema and configuration are well-formed. */
async function startSdkTurn(
  options: SdkOptions,
  threadOptions: ThreadOptions,
  { prompt, outputSchema, signal }: CodexTurnInput,
): Promise<AsyncGenerator<SdkEvent>> {
  const { Codex } = await import("@openai/codex-sdk");
  // The SDK checks each value itself when it writes it as TOML, and says which one it can not take.
  const config = makeRecordWellFormed(options.config) as CodexConfig;
  const codex = new Codex({ ...options, config });
  const { events } = await codex.startThread(threadOptions).runStreamed(prompt.toWellFormed(), {
    ...(outputSchema && { outputSchema: makeRecordWellFormed(outputSchema) }),
    ...(signal && { signal }),
  });
  return events;
}
