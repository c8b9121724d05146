import type { ChildProcess } from "node:child_process";
import { type Readable, Transform } from "node:stream";

/**
 * Lets whoever reads the child's stdout line by line get whole lines. To be called before the child is
 * spawned.
 *
 * Codex writes U+2028 and U+2029 as they are inside its JSON, which is legal. The SDK reads it with
 * `readline`, which on Node 24 takes both for the end of a line, and then fails on half an event. Their
 * JSON escapes mean the same.
 */
export function mendStdout(child: ChildProcess): void {
  let mended: Readable | null = null;
  Object.defineProperty(child, "stdout", {
    configurable: true,
    enumerable: true,
    get: () => mended,
    set: (stdout: Readable | null) => {
      mended = stdout === null ? null : stdout.pipe(escapeLineSeparators());
    },
  });
}

/** A stream that writes U+2028 and U+2029 as JSON escapes, wherever the chunks are cut. */
export function escapeLineSeparators(): Transform {
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = bytes.length - partialSeparator(bytes);
      held = bytes.subarray(end);
      done(null, escape(bytes.subarray(0, end)));
    },
    flush(done) {
      done(null, held);
    },
  });
}

/** The bytes that both separators begin with in UTF-8; a third tells which of them it is. */
const prefix = Buffer.from([0xe2, 0x80]);
const escapes: ReadonlyMap<number, string> = new Map([
  [0xa8, String.raw`\u2028`],
  [0xa9, String.raw`\u2029`],
]);

function escape(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(prefix); at !== -1; at = bytes.indexOf(prefix, at + 1)) {
    const escaped = escapes.get(bytes[at + 2] ?? 0);
    if (escaped === undefined) continue;
    parts.push(bytes.subarray(from, at), Buffer.from(escaped));
    from = at + 3;
  }
  return from === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
}

/** How many bytes at the end may be the beginning of a separator. */
function partialSeparator(bytes: Buffer): 0 | 1 | 2 {
  if (bytes.at(-1) === 0xe2) return 1;
  return bytes.at(-2) === 0xe2 && bytes.at(-1) === 0x80 ? 2 : 0;
}
