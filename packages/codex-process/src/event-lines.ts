import { Transform } from "node:stream";

export interface EventLinesOptions {
  /** The maximum length of one line. */
  readonly limitBytes: number;
  /** Called once, for a longer line; no further line is passed on. */
  readonly onTooLong: () => void;
  /** Called for each skipped line, except for blank ones. */
  readonly onSkipped: () => void;
}

/**
 * A stream that passes on each line with a JSON object, whole, and skips all others: the SDK, which reads lines
 * with `readline` and `JSON.parse`, ends the turn at a log line or at `null`.
 *
 * Codex writes U+2028 and U+2029 unescaped in its JSON, which is legal, but `readline` of Node 24 ends a line at
 * them. They leave as their JSON escapes, which mean the same.
 */
export function eventLines({ limitBytes, onTooLong, onSkipped }: EventLinesOptions): Transform {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  let isOver = false;
  const takeLine = (stream: Transform): void => {
    const line = Buffer.concat(begun)
      .toString("utf8")
      .replace(/^\uFEFF/, "")
      .trim();
    begun = [];
    begunBytes = 0;
    if (line === "") return;
    const event = mendEvent(line);
    if (event === undefined) onSkipped();
    else stream.push(`${event}\n`);
  };
  /** Returns false once the line is too long. */
  const add = (stream: Transform, part: Buffer): boolean => {
    begun.push(part);
    begunBytes += part.length;
    if (begunBytes <= limitBytes) return true;
    begun = [];
    isOver = true;
    stream.push(null);
    onTooLong();
    return false;
  };
  return new Transform({
    transform(chunk: Buffer, _, done) {
      let from = isOver ? chunk.length : 0;
      while (from < chunk.length) {
        const end = chunk.indexOf(lineFeed, from);
        const isWithin = add(this, chunk.subarray(from, end === -1 ? chunk.length : end));
        if (!isWithin || end === -1) break;
        takeLine(this);
        from = end + 1;
      }
      done();
    },
    flush(done) {
      if (!isOver) takeLine(this);
      done();
    },
  });
}

const lineFeed = 0x0a;

/** The line in a form that the SDK can read; undefined for a line that is not an event. */
function mendEvent(line: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  // The SDK reads a field of the usage, whatever its type.
  const lacksUsage =
    "type" in value &&
    value.type === "turn.completed" &&
    !("usage" in value && isObject(value.usage));
  return escapeLineSeparators(lacksUsage ? JSON.stringify({ ...value, usage: {} }) : line);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeLineSeparators(json: string): string {
  return json.replaceAll("\u2028", String.raw`\u2028`).replaceAll("\u2029", String.raw`\u2029`);
}
