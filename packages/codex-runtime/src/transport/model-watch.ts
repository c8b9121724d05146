import { isModelsDoing, refusesInstructions, type ThreadEvent } from "@ktx/codex-events";
import type { IsolationMode } from "@ktx/codex-home";
import { readCodexVersion } from "@ktx/codex-binary";
import {
  describeRefusal,
  describeUnknownSettings,
  findUnknownSettings,
} from "../isolation/isolation-warnings.ts";
import type { OnWarning } from "../values/runtime-warning.ts";
import type { TurnSignal } from "./transport.ts";

/** Watches the turns of one runtime for refused instructions and ignored settings, and warns of each once. */
export class ModelWatch {
  readonly #isolation: IsolationMode;
  readonly #env: NodeJS.ProcessEnv;
  readonly #warn: OnWarning;
  readonly #refusedModels = new Set<string>();
  readonly #unknownSettings = new Set<string>();

  constructor(isolation: IsolationMode, env: NodeJS.ProcessEnv, warn: OnWarning) {
    this.#isolation = isolation;
    this.#env = env;
    this.#warn = warn;
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
    const mayRefuse = this.#isolation === "strict";
    if (mayRefuse && !this.#refusedModels.has(model)) {
      if (!(yield* this.#watch(start("ours"), true, codexPath))) return;
      this.#refusedModels.add(model);
      this.#warn(describeRefusal(model));
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

  async #reportUnknown(event: ThreadEvent, codexPath: string): Promise<void> {
    const fresh = findUnknownSettings(event).filter((key) => !this.#unknownSettings.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) this.#unknownSettings.add(key);
    const binary = await readCodexVersion({ codexPath, env: this.#env });
    const version = binary.state === "found" ? binary.version : null;
    this.#warn(describeUnknownSettings(fresh, version));
  }
}
