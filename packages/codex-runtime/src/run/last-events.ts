import type { ThreadEvent } from "@ktx/codex-events";
import { boundValue, type Redactor, type ValueBounds } from "@ktx/redact";

/** The size of the part of a run's end that an error carries. */
const keptEvents = 20;
const bounds: ValueBounds = { text: 500, whole: 20_000 };

/** The last events of a run, bounded in number and size. */
export class LastEvents {
  readonly #redactor: Redactor;
  #events: ThreadEvent[] = [];

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  add(event: ThreadEvent): void {
    const copy = boundValue(event, this.#redactor, bounds) as ThreadEvent;
    this.#events = [...this.#events.slice(1 - keptEvents), copy];
  }

  get events(): readonly ThreadEvent[] {
    return this.#events;
  }
}
