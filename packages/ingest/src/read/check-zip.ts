import { inflateRawSync } from "node:zlib";
import { UnreadableSource } from "./source-text.ts";

/** The most bytes that the files of an archive may have together. */
const maxUnpackedBytes = 100_000_000;

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;

/**
 * Unpacks each file of a ZIP archive within a bound, and keeps nothing: a small archive may hold more than the memory
 * takes, whatever the sizes in it say. Source: PKWARE, "APPNOTE.TXT", 4.3.
 *
 * @throws {UnreadableSource} for an archive with more than 100 MB in it, and for one that is damaged.
 */
export function checkZip(bytes: Uint8Array, most: number = maxUnpackedBytes): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = most;
  try {
    for (const entry of entriesOf(buffer)) {
      if (left < 1) throw new RangeError("The archive is too big.");
      left -= contentOf(entry, left).length;
    }
  } catch (error) {
    const isTooBig =
      error instanceof RangeError && (!("code" in error) || error.code === "ERR_BUFFER_TOO_LARGE");
    if (isTooBig)
      throw new UnreadableSource(
        `Expected at most ${most / 1e6} MB in the archive, got more. Leave the file out.`,
        { cause: error },
      );
    throw new UnreadableSource(
      "Expected a ZIP archive, as a DOCX is one, got a damaged or another file.",
      {
        cause: error,
      },
    );
  }
}

/** The content of a file of an archive. @throws {RangeError} for one with more bytes than `most`. */
export function contentOf({ method, packed }: ZipEntry, most: number = maxUnpackedBytes): Buffer {
  return method === 8 ? inflateRawSync(packed, { maxOutputLength: most }) : packed;
}

export interface ZipEntry {
  readonly name: Buffer;
  /** 0: stored. 8: deflated. */
  readonly method: number;
  readonly packed: Buffer;
  /** The checksum of the content, and its bytes, as the archive says. */
  readonly crc: number;
  readonly size: number;
}

/** The files of an archive, packed. @throws {Error} for a damaged one. */
export function* entriesOf(buffer: Buffer): Generator<ZipEntry> {
  const end = buffer.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || buffer.readUInt32LE(end) !== endOfDirectory)
    throw new Error("It has no directory.");
  const count = buffer.readUInt16LE(end + 10);
  let at = buffer.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry += 1) {
    if (buffer.readUInt32LE(at) !== directoryEntry) throw new Error("Its directory is damaged.");
    const local = buffer.readUInt32LE(at + 42);
    if (buffer.readUInt32LE(local) !== localEntry)
      throw new Error("A file is not where it should be.");
    const start = local + 30 + buffer.readUInt16LE(local + 26) + buffer.readUInt16LE(local + 28);
    const packed = buffer.subarray(start, start + buffer.readUInt32LE(at + 20));
    const name = buffer.subarray(at + 46, at + 46 + buffer.readUInt16LE(at + 28));
    yield {
      name,
      method: buffer.readUInt16LE(at + 10),
      packed,
      crc: buffer.readUInt32LE(at + 16),
      size: buffer.readUInt32LE(at + 24),
    };
    at +=
      46 +
      buffer.readUInt16LE(at + 28) +
      buffer.readUInt16LE(at + 30) +
      buffer.readUInt16LE(at + 32);
  }
}
