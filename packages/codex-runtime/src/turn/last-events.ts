import type { ThreadEvent } from "@ktx/codex-events";
import type { Redact } from "./redact-secrets.ts";

/** How much of a run's end an error carries. */
const keptEvents = 20;
const longestText = 500;
const longestList = 20;
const deepest = 8;

/** The last events of a run, bounded in number and size. */
export class LastEvents {
  readonly #redact: Redact;
  #events: ThreadEvent[] = [];

  constructor(redact: Redact) {
    this.#redact = redact;
  }

  add(event: ThreadEvent): void {
    const copy = boundValue(event, this.#redact, 0) as ThreadEvent;
    this.#events = [...this.#events.slice(1 - keptEvents), copy];
  }

  get events(): readonly ThreadEvent[] {
    return this.#events;
  }
}

/** A copy of the same shape whose texts are short and free of secrets, and whose lists are short. */
function boundValue(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === "string") return boundText(redact(value.slice(0, 16 * longestText)));
  if (typeof value !== "object" || value === null) return value;
  if (depth === deepest) return "…";
  if (Array.isArray(value))
    return value.slice(0, longestList).map((entry) => boundValue(entry, redact, depth + 1));
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return Object.fromEntries(
    entries
      .slice(0, longestList)
      .map(([key, entry]) => [boundText(key), boundValue(entry, redact, depth + 1)]),
  );
}

function boundText(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
