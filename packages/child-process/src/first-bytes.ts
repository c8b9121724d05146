import { Transform } from "node:stream";

/**
 * A stream that passes on its input up to this number of bytes, and drops the rest.
 *
 * @param onTooMany Called once, with the first byte beyond the limit.
 */
export function firstBytes(limitBytes: number, onTooMany: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const wasWithin = bytes <= limitBytes;
      bytes += chunk.length;
      if (bytes <= limitBytes) this.push(chunk);
      else if (wasWithin) onTooMany();
      done();
    },
  });
}
