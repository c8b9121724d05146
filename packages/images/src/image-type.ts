import { ImageError } from "./image-error.ts";

/** The formats that OpenAI's Responses API takes. */
export const imageMediaTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;
export type ImageMediaType = (typeof imageMediaTypes)[number];

/**
 * The type of an image by its content: its first bytes, and its end. Codex leaves a cut image out of the request and
 * gives the model a sentence in its place (0.163.0), so that nobody else would report it.
 *
 * @param place names the image in an error.
 * @throws {ImageError} `image-type` or `image-incomplete`
 */
export function findImageType(bytes: Uint8Array, place: string): ImageMediaType {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = formats.find(({ begins }) => begins(content));
  if (found === undefined)
    throw new ImageError(
      "image-type",
      `Expected ${place} to be a PNG, JPEG, GIF or WebP image by its content, got ${describe(content)}. Convert it to PNG.`,
    );
  if (!found.ends(content))
    throw new ImageError(
      "image-incomplete",
      `Expected ${place} to be a whole ${found.mediaType} image, got the beginning of one. Copy or download it again.`,
    );
  return found.mediaType;
}

interface ImageFormat {
  readonly mediaType: ImageMediaType;
  readonly begins: (content: Buffer) => boolean;
  readonly ends: (content: Buffer) => boolean;
}

const formats: readonly ImageFormat[] = [
  {
    mediaType: "image/png",
    begins: startsWith("89504e470d0a1a0a"),
    ends: (content) => content.includes("IEND", 8, "latin1"),
  },
  {
    mediaType: "image/jpeg",
    begins: startsWith("ffd8ff"),
    ends: (content) => content.includes(Buffer.from([0xff, 0xd9]), 2),
  },
  {
    mediaType: "image/gif",
    begins: (content) => /^GIF8[79]a$/.test(content.toString("latin1", 0, 6)),
    // The end of a picture's data, and the trailer; other bytes may follow.
    ends: (content) => content.includes(Buffer.from([0x00, 0x3b]), 6),
  },
  {
    mediaType: "image/webp",
    begins: (content) => /^RIFF.{4}WEBP$/s.test(content.toString("latin1", 0, 12)),
    ends: (content) => content.length >= content.readUInt32LE(4) + 8,
  },
];

function startsWith(hex: string): (content: Buffer) => boolean {
  const magic = Buffer.from(hex, "hex");
  return (content) => content.subarray(0, magic.length).equals(magic);
}

/** `no bytes`, `3 bytes that begin with 25 50 44`. */
function describe(content: Buffer): string {
  if (content.length === 0) return "no bytes";
  const head = [...content.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `${content.length} bytes that begin with ${head.join(" ")}`;
}
