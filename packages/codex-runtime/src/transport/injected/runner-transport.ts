import { parseThreadEvent } from "@ktx/codex-events";
import type { ResponsesEndpoint } from "../../values/responses-endpoint.ts";
import { joinPrompt } from "../join-prompt.ts";
import { threadConfig } from "../thread-config.ts";
import { ToolServer, type ToolServers } from "../tools/tool-server.ts";
import type {
  ThreadInput,
  Transport,
  TransportThread,
  TurnInput,
  TurnSignal,
} from "../transport.ts";
import type { CodexRunner, CodexRunnerInput } from "../codex-runner.ts";

export interface RunnerTransportOptions extends ToolServers {
  readonly runner: CodexRunner;
  readonly endpoint?: ResponsesEndpoint;
}

/** A transport that runs its turns with a `CodexRunner` of the caller, each in its own thread. */
export function createRunnerTransport(options: RunnerTransportOptions): Transport {
  return {
    can: { turns: "one", deltas: false, liveUsage: false, images: false },
    openThread: (input) => new RunnerThread(options, input),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

class RunnerThread implements TransportThread {
  readonly stderrTail = "";
  readonly #options: RunnerTransportOptions;
  readonly #input: ThreadInput;
  readonly #tools: ToolServer;
  #isOpen = true;

  constructor(options: RunnerTransportOptions, input: ThreadInput) {
    this.#options = options;
    this.#input = input;
    this.#tools = new ToolServer(options, input);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Not a generator: `return()` must reach the runner's iterator at once, also while its `next()` is pending. */
  run(turn: TurnInput): AsyncIterable<TurnSignal> {
    this.#isOpen = false;
    let values: AsyncIterator<unknown> | undefined;
    const next = async (): Promise<IteratorResult<TurnSignal, void>> => {
      values ??= (await this.#start(turn))[Symbol.asyncIterator]();
      const step = await values.next();
      if (step.done === true) return { done: true, value: undefined };
      return { done: false, value: { type: "event", event: parseThreadEvent(step.value) } };
    };
    return {
      [Symbol.asyncIterator]: () => ({
        next,
        return: async () => {
          await values?.return?.();
          return { done: true, value: undefined };
        },
      }),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tools[Symbol.asyncDispose]();
  }

  async #start(turn: TurnInput): Promise<AsyncIterable<unknown>> {
    const server = await this.#tools.start(turn.signal);
    const { runner, projectDir, endpoint } = this.#options;
    const { model, instructions } = this.#input;
    const input: CodexRunnerInput = {
      projectDir,
      model,
      prompt: joinPrompt(instructions, turn.prompt),
      configOverrides: threadConfig({
        thread: this.#input,
        endpoint,
        server: server && {
          url: server.url,
          credential: { bearer_token_env_var: server.bearerTokenEnvVar },
        },
      }),
      env: server ? { [server.bearerTokenEnvVar]: server.bearerToken } : {},
      ...(turn.outputSchema && { outputSchema: turn.outputSchema }),
      signal: turn.signal,
    };
    return runner.runStreamed(input);
  }
}
