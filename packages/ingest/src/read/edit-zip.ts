import { crc32 } from "node:zlib";
import { contentOf, entriesOf, type ZipEntry } from "./check-zip.ts";

/**
 * A ZIP archive with another content of some files; the given bytes where `edit` changes none. For an archive that
 * `checkZip` has passed. Source: PKWARE, "APPNOTE.TXT", 4.3.
 *
 * @param names the files that `edit` gets.
 */
export function editZip(
  bytes: Uint8Array,
  names: RegExp,
  edit: (content: Buffer) => Buffer,
): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const before = [...entriesOf(buffer)];
  const after = before.map((entry): ZipEntry => {
    if (!names.test(entry.name.toString("utf8"))) return entry;
    const content = contentOf(entry);
    const packed = edit(content);
    if (packed === content) return entry;
    return { name: entry.name, method: 0, crc: crc32(packed), size: packed.length, packed };
  });
  return after.every((entry, index) => entry === before[index]) ? bytes : packEntries(after);
}

function packEntries(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, method, crc, size, packed } of entries) {
    // From the version that is needed to the length of the extra field, as both kinds of entries have it.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // The name is UTF-8.
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(46);
    entry.write("PK\u0001\u0002", "latin1");
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, name);
    parts.push(Buffer.from("PK\u0003\u0004", "latin1"), common, name, packed);
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
