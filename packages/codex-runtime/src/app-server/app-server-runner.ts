import { type CodexLaunchOptions, CodexLauncher } from "../codex-launcher.ts";
import type {
  CodexRunner,
  CodexRunnerInput,
  CodexThread,
  CodexThreadInput,
} from "../codex-runner.ts";
import { AppServerThread } from "./app-server-thread.ts";

/**
 * Runs each thread in one `codex app-server` process, which keeps it in memory: a thread can take turn
 * after turn, and its tokens are told while it runs.
 */
export class AppServerRunner implements CodexRunner {
  readonly #launcher: CodexLauncher;

  /** @param launch How Codex is started; a launcher, to share with another runner what was told already. */
  constructor(launch: CodexLaunchOptions | CodexLauncher = {}) {
    this.#launcher = launch instanceof CodexLauncher ? launch : new CodexLauncher(launch);
  }

  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>> {
    return Promise.resolve(this.#stream(input));
  }

  openThread(input: CodexThreadInput): CodexThread {
    return new AppServerThread(this.#launcher, input);
  }

  async *#stream(input: CodexRunnerInput): AsyncGenerator<unknown, void> {
    await using thread = this.openThread(input);
    yield* await thread.runStreamed(input);
  }
}
