import { ImageError } from "./image-error.ts";

export interface ImageLimits {
  /** Images of one prompt. @default 50 */
  readonly maxImages: number;
  /** Bytes of all images of one prompt together. @default 20_000_000 */
  readonly maxBytes: number;
}

/** In base64, with the longest prompt beside it, this fits the 32 MiB of a line that ktx reads from an app-server. */
export const defaultImageLimits: ImageLimits = { maxImages: 50, maxBytes: 20_000_000 };

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
