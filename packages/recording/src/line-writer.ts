import type { Redaction } from "./redaction.ts";
import type { RecordedLine } from "./recorded-line.ts";

/**
 * Redacts lines and passes them on in their order. A secret may come in pieces: while an item is streamed, its lines
 * wait until it is whole, and its text is redacted as one.
 */
export class LineWriter {
  readonly #redaction: Redaction;
  readonly #write: (line: string) => void;
  #waiting: RecordedLine[] = [];
  readonly #open = new Set<string>();

  constructor(redaction: Redaction, write: (line: string) => void) {
    this.#redaction = redaction;
    this.#write = write;
  }

  push(line: RecordedLine): void {
    this.#waiting.push(line);
    if (line.type === "turn-end")
      for (const key of this.#open) if (key.startsWith(`${line.turn} `)) this.#open.delete(key);
    if (line.type === "signal" && line.signal.type === "text-delta")
      this.#open.add(`${line.turn} ${line.signal.itemId}`);
    if (
      line.type === "signal" &&
      line.signal.type === "event" &&
      line.signal.event.type === "item.completed"
    )
      this.#open.delete(`${line.turn} ${line.signal.event.item.id}`);
    if (this.#open.size === 0) this.flush();
  }

  flush(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#open.clear();
    const pieces = redactPieces(lines, this.#redaction);
    for (const line of lines) {
      const delta = pieces.get(line);
      const safe =
        delta !== undefined && line.type === "signal" && line.signal.type === "text-delta"
          ? { ...line, signal: { ...line.signal, delta } }
          : this.#redaction.value(line);
      this.#write(JSON.stringify(safe));
    }
  }
}

/** The text of each delta without secrets: unchanged where the whole text of its item is safe, else in new pieces. */
function redactPieces(
  lines: readonly RecordedLine[],
  redaction: Redaction,
): ReadonlyMap<RecordedLine, string> {
  const items = new Map<string, (readonly [line: RecordedLine, delta: string])[]>();
  for (const line of lines)
    if (line.type === "signal" && line.signal.type === "text-delta") {
      const key = `${line.turn} ${line.signal.itemId}`;
      items.set(key, [...(items.get(key) ?? []), [line, line.signal.delta]]);
    }
  const pieces = new Map<RecordedLine, string>();
  for (const deltas of items.values()) {
    const whole = deltas.map(([, delta]) => delta).join("");
    const safe = redaction.text(whole);
    const length = Math.max(1, Math.ceil(safe.length / deltas.length));
    for (const [index, [line, delta]] of deltas.entries())
      pieces.set(line, safe === whole ? delta : safe.slice(index * length, (index + 1) * length));
  }
  return pieces;
}
