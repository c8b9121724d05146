import type { ThreadEvent } from "@ktx/codex-events";
import { boundValue, type ValueBounds } from "./bound-value.ts";
import type { Redact } from "./redact-secrets.ts";

/** How much of a run's end an error carries. */
const keptEvents = 20;
const bounds: ValueBounds = { text: 500, whole: 20_000 };

/** The last events of a run, bounded in number and size. */
export class LastEvents {
  readonly #redact: Redact;
  #events: ThreadEvent[] = [];

  constructor(redact: Redact) {
    this.#redact = redact;
  }

  add(event: ThreadEvent): void {
    const copy = boundValue(event, this.#redact, bounds) as ThreadEvent;
    this.#events = [...this.#events.slice(1 - keptEvents), copy];
  }

  get events(): readonly ThreadEvent[] {
    return this.#events;
  }
}
