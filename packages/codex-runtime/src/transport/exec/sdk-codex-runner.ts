import type { ThreadEvent } from "@ktx/codex-events";
import { addedSecrets } from "../../secrets/added-secrets.ts";
import { readLaunchSecrets } from "../../secrets/launch-secrets.ts";
import { redactSignals } from "../redact-signals.ts";
import { type CodexLaunchOptions, CodexLauncher } from "../codex-launcher.ts";
import type { CodexRunner, CodexRunnerInput } from "../codex-runner.ts";
import { TurnEndedError } from "@ktx/codex-process";
import { execTurn } from "./exec-turn.ts";

/**
 * Runs each turn as one `codex exec` process through `@openai/codex-sdk`, for programs that wrap it in their own
 * `CodexRunner`. A runtime treats it like any other injected runner.
 */
export class SdkCodexRunner implements CodexRunner {
  readonly #launcher: CodexLauncher;
  readonly #env: NodeJS.ProcessEnv;

  constructor(options: CodexLaunchOptions = {}) {
    this.#launcher = new CodexLauncher(options);
    this.#env = options.env ?? process.env;
  }

  runStreamed(input: CodexRunnerInput): Promise<AsyncIterable<unknown>> {
    // Nothing starts before the first event is requested, so an unused iterator leaves nothing behind.
    return Promise.resolve(this.#stream(input));
  }

  async *#stream(input: CodexRunnerInput): AsyncGenerator<unknown, void> {
    const signals = execTurn(this.#launcher, {
      ...input,
      config: input.configOverrides ?? {},
      env: input.env ?? {},
      onStderr: () => {},
    });
    const { redactor } = readLaunchSecrets(
      this.#env,
      input.configOverrides ?? {},
      addedSecrets(input.env ?? {}),
    );
    for await (const signal of redactSignals(signals, redactor.redact)) {
      if (signal.type === "event") yield asForeign(signal.event);
      if (signal.type === "exit") throw new TurnEndedError("Codex has ended.", signal.exit);
    }
  }
}

/** The event as Codex wrote it, where the union has no type for it. */
function asForeign(event: ThreadEvent): unknown {
  return event.type === "unrecognized" ? event.raw : event;
}
