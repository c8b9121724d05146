import type { CodexLauncher } from "../codex-launcher.ts";
import type { OwnTransportOptions } from "../own-transport-options.ts";
import { threadConfig } from "../thread-config.ts";
import { ToolServer } from "../tools/tool-server.ts";
import type {
  ThreadInput,
  Transport,
  TransportThread,
  TurnInput,
  TurnSignal,
} from "../transport.ts";
import { execTurn } from "./exec-turn.ts";

/** Runs each turn in a `codex exec` process through `@openai/codex-sdk`, in a thread of its own. */
export function createExecTransport(
  launcher: CodexLauncher,
  options: OwnTransportOptions,
): Transport {
  return {
    can: { turns: "one", deltas: false, liveUsage: false, images: true },
    openThread: (input) => new ExecThread(launcher, options, input),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

class ExecThread implements TransportThread {
  readonly #launcher: CodexLauncher;
  readonly #options: OwnTransportOptions;
  readonly #input: ThreadInput;
  readonly #tools: ToolServer;
  #isOpen = true;
  #stderrTail = "";

  constructor(launcher: CodexLauncher, options: OwnTransportOptions, input: ThreadInput) {
    this.#launcher = launcher;
    this.#options = options;
    this.#input = input;
    this.#tools = new ToolServer(options, input);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get stderrTail(): string {
    return this.#stderrTail;
  }

  async *run({
    prompt,
    images,
    outputSchema,
    signal,
  }: TurnInput): AsyncGenerator<TurnSignal, void> {
    this.#isOpen = false;
    const { projectDir, endpoint, settings } = this.#options;
    const { model, instructions } = this.#input;
    const server = await this.#tools.start(signal);
    yield* execTurn(this.#launcher, {
      projectDir,
      model,
      ...(instructions !== undefined && { instructions }),
      prompt,
      ...(images && { images }),
      config: threadConfig({
        thread: this.#input,
        endpoint,
        settings,
        server: server && {
          url: server.url,
          credential: { bearer_token_env_var: server.bearerTokenEnvVar },
        },
      }),
      env: server ? { [server.bearerTokenEnvVar]: server.bearerToken } : {},
      ...(outputSchema && { outputSchema }),
      signal,
      onStderr: (tail) => {
        this.#stderrTail = tail;
      },
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tools[Symbol.asyncDispose]();
  }
}
