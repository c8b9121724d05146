import { ImageError } from "./image-error.ts";

export interface ImageLimits {
  /** Images of one prompt. @default 50 */
  readonly maxImages: number;
  /** Bytes of all images of one prompt together. @default 20_971_520 (20 MiB) */
  readonly maxBytes: number;
}

/** In base64, 20 MiB are 27 MiB, which fits the 32 MiB of a line that Codex's app-server may write. */
export const defaultImageLimits: ImageLimits = { maxImages: 50, maxBytes: 20 * 1024 * 1024 };

/** @throws {ImageError} `too-many-images` */
export function checkCount(count: number, { maxImages }: ImageLimits): void {
  if (count > maxImages)
    throw new ImageError(
      "too-many-images",
      `Expected at most ${maxImages} images, got ${count}. Leave some out, or ask in several turns.`,
    );
}

/** @throws {ImageError} `images-too-large` */
export function checkSize(bytes: number, place: string, { maxBytes }: ImageLimits): void {
  if (bytes > maxBytes)
    throw new ImageError(
      "images-too-large",
      `Expected at most ${maxBytes} bytes of images in all, got ${bytes} with ${place}. ` +
        "Make the images smaller: a model sees at most about 2,000 pixels a side.",
    );
}
