import { StringDecoder } from "node:string_decoder";

/** Makes Codex log the wait before its next request to the service, which no event reports (0.163.0). */
export const retryLogFilter = "error,codex_core::responses_retry=warn";

/** Called with the milliseconds of each announced wait, and the id of its turn if Codex gives it. */
export type OnRetry = (delayMs: number, turnId: string | undefined) => void;

/** Finds the announced waits before the next request in Codex's standard error. */
export class AnnouncedRetries {
  readonly #onRetry: OnRetry;
  readonly #decoder = new StringDecoder("utf8");
  #begun = "";

  constructor(onRetry: OnRetry) {
    this.#onRetry = onRetry;
  }

  push(chunk: Buffer): void {
    const lines = (this.#begun + this.#decoder.write(chunk)).split("\n");
    this.#begun = (lines.pop() ?? "").slice(-longestLine);
    for (const line of lines) {
      const delayMs = findDelayMs(line);
      if (delayMs !== undefined) this.#onRetry(delayMs, turnId.exec(line)?.[1]);
    }
  }
}

const longestLine = 4_096;

/** `… retrying sampling request (1/2 in 3599.999674823s)...`, as Rust writes a duration. */
const announcement =
  /retrying sampling request \(\d+\/\d+ in (?<amount>\d+(?:\.\d+)?)(?<unit>ns|µs|ms|s)\)/;

/** `… turn_id=01a224b4-fc02-79a1-a616-71e21359311e retries=1 …` */
const turnId = /\bturn_id=([\w-]+)/;

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1_000 };

function findDelayMs(line: string): number | undefined {
  const groups = announcement.exec(line)?.groups;
  if (groups === undefined) return undefined;
  const { amount, unit = "" } = groups;
  return Math.ceil(Number(amount) * (unitsMs[unit] ?? 0));
}
