import { StringDecoder } from "node:string_decoder";
import { readRetryAfter } from "./read-retry-after.ts";

/** Makes Codex log the wait before its next request to the service, which no event reports (0.163.0). */
export const retryLogFilter = "error,codex_core::responses_retry=warn";

/**
 * Makes Codex also log the headers of each answer of the service, with the turn that it is for: no event has the
 * `retry-after` of a refused request (0.163.0).
 */
export const headerLogFilter: string = `${retryLogFilter},codex_core::tasks=info,codex_http_client::client=debug`;

/** A wait that Codex's standard error announces. */
export interface AnnouncedWait {
  /** `retry`: Codex waits before its next request. `retry-after`: the service asks for it, whatever Codex does. */
  readonly type: "retry" | "retry-after";
  readonly delayMs: number;
}

/** Called with each announced wait, and the id of its turn if Codex gives it. */
export type OnWait = (wait: AnnouncedWait, turnId: string | undefined) => void;

/** Finds the announced waits in Codex's standard error. */
export class AnnouncedWaits {
  readonly #onWait: OnWait;
  readonly #decoder = new StringDecoder("utf8");
  #begun = "";

  constructor(onWait: OnWait) {
    this.#onWait = onWait;
  }

  push(chunk: Buffer): void {
    const lines = (this.#begun + this.#decoder.write(chunk)).split("\n");
    this.#begun = (lines.pop() ?? "").slice(-longestLine);
    for (const line of lines) {
      const turnId = turnIdOf.exec(line)?.[1];
      const delayMs = findDelayMs(line);
      if (delayMs !== undefined) this.#onWait({ type: "retry", delayMs }, turnId);
      const askedMs = turnId === undefined ? undefined : readRetryAfter(line);
      if (askedMs !== undefined) this.#onWait({ type: "retry-after", delayMs: askedMs }, turnId);
    }
  }
}

/** The headers of an answer are in one line. */
const longestLine = 65_536;

/** `… retrying sampling request (1/2 in 3599.999674823s)...`, as Rust writes a duration. */
const announcement =
  /retrying sampling request \(\d+\/\d+ in (?<amount>\d+(?:\.\d+)?)(?<unit>ns|µs|ms|s)\)/;

/** `… turn_id=01a224b4-fc02-79a1-a616-71e21359311e retries=1 …`, or `turn.id=…` of the span around it. */
const turnIdOf = /\bturn[._]id=([\w-]+)/;

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1_000 };

function findDelayMs(line: string): number | undefined {
  const groups = announcement.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const { amount, unit = "" } = groups;
  return Math.ceil(Number(amount) * (unitsMs[unit] ?? 0));
}
