import { findImageType, type ImageMediaType } from "./image-type.ts";
import type { LoadedImage } from "./read-images.ts";

/** `data:image/png;base64,…` */
export function toDataUrl({ mediaType, bytes }: LoadedImage): string {
  return `data:${mediaType};base64,${toBase64(bytes)}`;
}

/** An image as a content block of the Model Context Protocol. */
export interface ImageBlock {
  readonly type: "image";
  readonly data: string;
  readonly mimeType: ImageMediaType;
}

/**
 * An image for the result of a tool: `return { content: [toImageBlock(png)] }`.
 *
 * @throws {ImageError} for bytes that are not a whole PNG, JPEG, GIF or WebP image.
 */
export function toImageBlock(bytes: Uint8Array): ImageBlock {
  return { type: "image", data: toBase64(bytes), mimeType: findImageType(bytes, "the image") };
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
