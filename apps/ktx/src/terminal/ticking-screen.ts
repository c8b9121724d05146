import { LiveScreen } from "./live-screen.ts";

/** Milliseconds between two drawings of the times in the bottom line. */
const tickMs = 1_000;

/** A live screen whose bottom line is drawn again each second, from its creation until it is disposed. */
export class TickingScreen extends LiveScreen {
  readonly #tick: NodeJS.Timeout;

  constructor(...args: ConstructorParameters<typeof LiveScreen>) {
    super(...args);
    this.#tick = setInterval(() => this.refresh(), tickMs);
    this.#tick.unref();
  }

  override [Symbol.dispose](): void {
    clearInterval(this.#tick);
    super[Symbol.dispose]();
  }
}
